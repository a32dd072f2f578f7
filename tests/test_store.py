import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from daybook.store import FileStore, GuardedStore, LockingStore, MemoryStore, Store, StoreError


@pytest.fixture(params=["memory", "file"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else FileStore(tmp_path / "state")


def test_what_is_put_in_comes_out(any_store: Store) -> None:
    assert any_store.get("a") is None
    any_store.set("a", b"1")
    any_store.set("a", b"\x00\xff")
    any_store.set("b", b"")
    assert any_store.get("a") == b"\x00\xff"
    assert any_store.get("b") == b""
    any_store.delete("a")
    any_store.delete("a")
    assert any_store.get("a") is None


@pytest.mark.parametrize("key", ["../../escape", "/etc/passwd", "a/b", "..", "日报", "x" * 5000, "nul\x00", ""])
def test_no_key_leads_out_of_the_folder(key: str, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "state")
    store.set(key, b"1")
    assert store.get(key) == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert all(path.parent == tmp_path / "state" for path in tmp_path.rglob("*") if path.is_file())


def test_a_failed_write_leaves_the_old_value_and_no_litter(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.set("a", b"old")
    with pytest.raises(TypeError):
        store.set("a", "text")  # type: ignore[arg-type]
    assert store.get("a") == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_store_remembers_across_instances(tmp_path: Path) -> None:
    FileStore(tmp_path).set("a", b"1")
    assert FileStore(tmp_path).get("a") == b"1"


def _count(store: Store, times: int) -> None:
    guarded = GuardedStore(store)
    for _ in range(times):
        with guarded.exclusive("count"):
            store.set("count", str(int(store.get("count") or b"0") + 1).encode())


def test_threads_do_not_lose_each_others_writes(any_store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(_count, any_store, 25)
    assert any_store.get("count") == b"100"


def test_processes_do_not_lose_each_others_writes(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert isinstance(store, LockingStore)
    processes = [get_context("spawn").Process(target=_count, args=(store, 25)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert store.get("count") == b"50"


def test_a_lock_whose_file_was_deleted_meanwhile_still_locks(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    waiting, entered = threading.Event(), threading.Event()

    def wait() -> None:
        waiting.set()
        with store.lock("a"):
            entered.set()

    with store.lock("a"):
        waiter = threading.Thread(target=wait)
        waiter.start()
        waiting.wait()
        store.delete("a")
        with store.lock("a"):  # the file is a new one: not the waiter's, nor the first holder's
            pass
    waiter.join()
    assert entered.is_set()


class _Broken:
    def get(self, key: str) -> bytes | None:
        raise RuntimeError(f"no {key}")

    def set(self, key: str, value: bytes) -> None:
        raise OSError(28, "no space", key, value)

    def delete(self, key: str) -> None:
        raise KeyError(key)


def test_a_guarded_store_fails_in_one_way_and_says_nothing_of_the_cause() -> None:
    guarded = GuardedStore(_Broken())
    attempts: list[Callable[[], object]] = [
        lambda: guarded.get("a"),
        lambda: guarded.set("a", b""),
        lambda: guarded.delete("a"),
    ]
    for attempt in attempts:
        with pytest.raises(StoreError) as caught:
            attempt()
        assert str(caught.value) == ""
        assert caught.value.__suppress_context__
