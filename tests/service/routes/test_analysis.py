"""`POST /analysis/daily_sale_analysis`: the reference's answer, and a sentence where there is none."""

import io
import json
import zipfile

import pytest

from tests.service.harness import ANALYSIS, CSV, GOLDEN, ServiceProcess, golden, problem


@pytest.mark.parametrize("case", sorted(path.stem for path in GOLDEN.glob("*.csv")))
def test_golden_cases(service: ServiceProcess, case: str) -> None:
    response = service.post_file(ANALYSIS, golden(f"{case}.csv"))
    assert response.status_code == 200
    answer = response.json()
    assert answer == json.loads(golden(f"{case}.json"))
    assert list(answer) == list(json.loads(golden(f"{case}.json")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (b"\x00\x01\x02\x03" * 100, "不是销售表格"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "网页"),
        (b"a,b,c\n1,2,3\n", "缺少"),
        (b"{When},{0},{}\n1,2,3\n", "{When}"),
        (CSV.replace(b"2023-10-27", b"soon").replace(b"2023-10-26", b"later"), "日期"),
        (CSV + b"2023-10-27,tea,1,1,east,too,many\n", "第 3 行"),
        (b"%PDF-1.7\n", "PDF"),
    ],
)
def test_bad_files_get_one_sentence(service: ServiceProcess, data: bytes, words: str) -> None:
    sentence = problem(service.post_file(ANALYSIS, data), 422, "table")
    assert words in sentence


@pytest.mark.parametrize(
    "row",
    [b"2023-10-27,tea,inf,1,east", b"2023-10-27,tea,,1,east", b"2023-10-27,tea,nan,-inf,east", b"2023-10-27,,,,"],
)
def test_files_that_broke_the_reference_get_figures(service: ServiceProcess, row: bytes) -> None:
    response = service.post_file(ANALYSIS, b"Date,Product,Price,Amount,Region\n" + row + b"\n")
    assert response.status_code == 200
    assert response.json()["summary"]["total_orders"] == 1
    assert "NaN" not in response.text
    assert "Infinity" not in response.text


def zipped_workbook(expanded_bytes: int) -> bytes:
    """A small file that claims to be a workbook and unfolds to a large one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("[Content_Types].xml", "<Types/>")
        workbook.writestr("xl/workbook.xml", "<workbook/>")
        workbook.writestr("xl/worksheets/sheet1.xml", b" " * expanded_bytes)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (CSV + b"2023-10-27,tea,1,1,east\n" * 20_001, "20000"),
        (CSV.replace(b"Region\n", b"Region" + b",more" * 46 + b"\n", 1), "50"),
        (zipped_workbook(11_000_000), "10 MB"),
    ],
    ids=["rows", "columns", "unfolded"],
)
def test_what_a_file_may_hold_is_bounded(service: ServiceProcess, data: bytes, words: str) -> None:
    assert words in problem(service.post_file(ANALYSIS, data), 413, "too_large").replace(",", "")


def test_the_name_of_a_file_is_bounded(service: ServiceProcess) -> None:
    assert service.post_file(ANALYSIS, CSV, name="x" * 100).status_code == 200
    assert "100" in problem(service.post_file(ANALYSIS, CSV, name="x" * 101), 422, "parameter")


def test_the_language_of_a_sentence_can_be_asked_for(service: ServiceProcess) -> None:
    response = service.client.post(
        ANALYSIS, files={"file": ("a.csv", b"", "text/csv")}, headers={"Accept-Language": "en-GB,en;q=0.9"}
    )
    assert "The file is empty" in problem(response, 422, "table")


def test_the_file_may_have_any_name_and_be_text_of_any_usual_encoding(service: ServiceProcess) -> None:
    data = "日期,商品,单价,数量,地区\n2023/10/27,茶,10,3,华东\n".encode("gb18030")
    response = service.post_file(ANALYSIS, data, name="../../etc/销售 数据.txt")
    assert response.status_code == 200
    assert response.json()["top_products"][0]["product"] == "茶"


def test_the_request_must_be_a_form_with_one_file(service: ServiceProcess) -> None:
    post = service.client.post
    problem(post(ANALYSIS, content=CSV, headers={"Content-Type": "text/csv"}), 415, "media_type")
    problem(post(ANALYSIS), 415, "media_type")
    assert "file" in problem(post(ANALYSIS, files={"data": ("a.csv", CSV)}), 422, "parameter")
    assert "file" in problem(post(ANALYSIS, files=[("file", ("a", CSV)), ("file", ("b", CSV))]), 422, "parameter")
    assert "file" in problem(post(ANALYSIS, data={"file": "not a file"}, files={"x": b"y"}), 422, "parameter")
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for content in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nabc", b"nonsense"):
        problem(post(ANALYSIS, content=content, headers=form), 400, "body")
    problem(post(ANALYSIS, content=b"", headers={"Content-Type": "multipart/form-data"}), 400, "body")
    gzip = form | {"Content-Encoding": "gzip"}
    problem(post(ANALYSIS, content=b"\x1f\x8b", headers=gzip), 415, "media_type")
