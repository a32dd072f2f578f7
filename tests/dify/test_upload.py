"""Files reach Dify byte for byte, under a type that it accepts, without being held in memory."""

import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest

from daybook.dify import DifyClient, DifyError, linked_file_input, texts
from daybook.dify.inputs import file_kind, mime_type
from tests.doubles.dify import MIB, DifyDouble
from tests.doubles.dify.parts import Fault, Kind, envelope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("sales_2026-11-22.csv", b"Date,Product\r\n", "text/csv"),
        (
            "十一月 销售.xlsx",
            bytes(range(256)) * 300,
            XLSX,
        ),
        ("SALES.CSV", b"", "text/csv"),
        ("sales", b"--boundary\r\n--", "application/octet-stream"),
    ],
)
def test_a_file_arrives_as_it_was(
    dify: DifyDouble, client: DifyClient, tmp_path: Path, name: str, content: bytes, mime: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    uploaded = client.upload(path, user="u")

    stored = dify.uploads[uploaded.id]
    assert (stored.content, stored.name, stored.mime_type, stored.user) == (content, name, mime, "u")
    assert (uploaded.name, uploaded.size, uploaded.mime_type) == (name, len(content), mime)


def test_the_name_for_dify_may_differ_from_the_path(dify: DifyDouble, client: DifyClient, tmp_path: Path) -> None:
    path = tmp_path / "part-00000"
    path.write_bytes(b"x")
    assert dify.uploads[client.upload(path, user="u", filename="sales.csv").id].mime_type == "text/csv"


def test_a_large_file_is_not_held_in_memory(dify: DifyDouble, client: DifyClient, tmp_path: Path) -> None:
    dify.faults.append(Fault(Kind.ANSWER, "/files/upload", 401, envelope(401, "unauthorized", "no")))
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(64 * MIB)
    tracemalloc.start()
    with pytest.raises(DifyError):
        client.upload(path, user="u")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB


def test_the_limit_is_dify_s_own(dify: DifyDouble, client: DifyClient) -> None:
    dify.file_limit = 1000
    assert client.upload(BytesIO(b"x" * 1000), user="u", filename="a.csv").size == 1000
    with pytest.raises(DifyError) as caught:
        client.upload(BytesIO(b"x" * 1001), user="u", filename="a.csv")
    assert caught.value.text is texts.FILE_TOO_LARGE
    assert not caught.value.retryable


@pytest.mark.parametrize("kind", [Kind.DROP, Kind.DROP_AFTER])
def test_a_broken_upload_may_be_repeated(dify: DifyDouble, client: DifyClient, kind: Kind) -> None:
    dify.faults.append(Fault(kind, "/files/upload"))
    with pytest.raises(DifyError) as caught:
        client.upload(BytesIO(b"x" * 3_000_000), user="u", filename="a.csv")
    assert caught.value.retryable
    assert not caught.value.ambiguous
    assert "3.0 MB" in str(caught.value)


def test_a_csv_is_a_document_and_a_picture_is_not(dify: DifyDouble, client: DifyClient) -> None:
    uploaded = client.upload(BytesIO(b"x"), user="u", filename="sales.csv")
    assert uploaded.as_input() == {
        "type": "document",
        "transfer_method": "local_file",
        "upload_file_id": uploaded.id,
    }
    assert [file_kind(name) for name in ("a.xlsx", "b.PNG", "c.mp3", "d.mp4", "e")] == [
        "document",
        "image",
        "audio",
        "video",
        "document",
    ]
    link = "https://files.example.com/sales.csv?sign=1"
    assert linked_file_input(link) == {"type": "document", "transfer_method": "remote_url", "url": link}
    assert len(dify.uploads) == 1


def test_the_type_does_not_depend_on_the_machine() -> None:
    assert mime_type("a.csv") == "text/csv"
    assert mime_type("a.unheard") == "application/octet-stream"
