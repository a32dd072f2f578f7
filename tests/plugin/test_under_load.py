from concurrent.futures import ThreadPoolExecutor

import pytest

from difykit.runner import FileServer, PluginProcess
from tests.plugin.bad_files import GOOD, HEADER
from tests.plugin.conftest import BEAT, ROOT

MEGABYTES = 15
ROWS = 350_000


@pytest.fixture(scope="module")
def large_file() -> bytes:
    rows = (
        f"2023-10-{1 + n % 27:02d},商品{n % 97:03d},{n % 7919}.{n % 100:02d},{1 + n % 9},地区{n % 31:02d}\n"
        for n in range(ROWS)
    )
    data = (HEADER + "".join(rows)).encode()
    assert len(data) > MEGABYTES * 1_000_000 * 0.8
    return data


def test_heartbeats_and_other_calls_go_on_while_a_large_file_is_analysed(files: FileServer, large_file: bytes) -> None:
    """The daemon kills a silent plugin, and with it every call.

    On a machine that has time the gap is well under a second; on a busy one everything is slower, the analysis too.
    On the hub the gap would be the whole analysis.
    """
    large, small = files.add(large_file, "large.csv"), files.add(GOOD, "small.csv")
    with (
        PluginProcess(ROOT, environ={"HEARTBEAT_INTERVAL": str(BEAT)}) as plugin,
        ThreadPoolExecutor() as pool,
    ):
        call = pool.submit(plugin.call, "analyze_sales", {"file": large})
        answered = 0
        while not call.done():
            plugin.call("push_dingtalk", {"content": "hi", "dry_run": True}).check()
            assert plugin.call("analyze_sales", {"file": small}).check().variables["total_sales"] == 200
            answered += 1
        report = call.result().check()
        assert plugin.largest_heartbeat_gap() < max(1.0, report.seconds / 3)
    assert answered > 1
    assert report.json[0]["quality"]["rows_read"] == ROWS
