"""`DayFiles`: where the days of books lie, each whole or not there; `export_days`: days as one wide table.

A file's name is never used for other content: the index says which file is a day's, and is switched in one step. So
neither a kill nor a second writer leaves half a day, and an object store needs no rename.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from daybook.book import texts
from daybook.book.index import DayEntry
from daybook.cube import AMOUNTS, BANDS, COUNTS, DIMENSIONS, Cube
from daybook.days import decimal_of
from daybook.errors import FileError, SettingsError
from daybook.table.statuses import Reason


class DayFiles:
    """Files below one root, in one folder a book.

    Args:
        root: a folder, or an address that fsspec knows, such as ``s3://bucket/daybook``.
    """

    def __init__(self, root: Path | str) -> None:
        self._remote: Any = None
        if isinstance(root, str) and "://" in root and not root.startswith("file://"):
            self._remote, path = _remote(root)
            self._root = PurePosixPath(path)
        else:
            self._local = Path(str(root).removeprefix("file://"))

    def write(self, folder: str, name: str, content: bytes) -> str:
        """Write a new file; gives its path below the root, which holds a digest of it. It is on the disk then."""
        path = f"{folder}/{name}-{secrets.token_hex(4)}-{_digest(content)}.parquet"
        if self._remote is not None:
            self._remote.pipe_file(str(self._root / path), content)
            return path
        place = self._local / path
        aside = place.with_suffix(".new")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(place)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return path

    def settle(self, folder: str) -> None:
        """Have the names of the files that were written to a folder on the disk too."""
        if self._remote is None:
            with suppress(FileNotFoundError):
                handle = os.open(self._local / folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)

    def read(self, path: str) -> bytes | None:
        """A file's content; ``None`` where it is not there any more.

        Raises:
            FileError: it is damaged, or cannot be read.
        """
        try:
            remote = self._remote is not None
            content: bytes = (
                self._remote.cat_file(str(self._root / path)) if remote else (self._local / path).read_bytes()
            )
        except FileNotFoundError:
            return None
        except OSError:
            raise FileError(texts.NO_FOLDER) from None
        if not path.endswith(f"-{_digest(content)}.parquet"):
            raise FileError(texts.BROKEN_DAY)
        return content

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            if self._remote is not None:
                self._remote.rm_file(str(self._root / path))
            else:
                (self._local / path).unlink()

    def remove_folder(self, folder: str) -> None:
        """Remove all files of a book."""
        for path, _ in self.listed(folder):
            self.remove(path)
        if self._remote is None:
            with suppress(OSError):
                (self._local / folder).rmdir()

    def listed(self, folder: str = "") -> list[tuple[str, float]]:
        """The files below the root or a folder of it, each with its time of change, what lies aside among them."""
        if self._remote is None:
            top = self._local / folder
            found = [path for path in top.rglob("*") if path.suffix in {".parquet", ".new"}] if top.is_dir() else []
            times = []
            for path in found:
                with suppress(FileNotFoundError):
                    times.append((path.relative_to(self._local).as_posix(), path.stat().st_mtime))
            return times
        try:
            every = self._remote.find(str(self._root / folder), detail=True)
        except FileNotFoundError:
            return []
        root = f"{str(self._root).rstrip('/')}/"
        return [(path.removeprefix(root), _changed(about)) for path, about in every.items()]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _changed(about: dict[str, Any]) -> float:
    stamp = about.get("LastModified") or about.get("last_modified") or about.get("created") or about.get("mtime") or 0
    return float(stamp.timestamp() if hasattr(stamp, "timestamp") else stamp)


def _remote(root: str) -> tuple[Any, str]:
    try:
        import fsspec  # noqa: PLC0415  an extra
    except ImportError:
        raise SettingsError(texts.NEEDS_FSSPEC, package="fsspec") from None
    try:
        return fsspec.core.url_to_fs(root)  # type: ignore[no-any-return]
    except ImportError:
        raise SettingsError(texts.NEEDS_FSSPEC, package=root.partition("://")[0]) from None
    except ValueError:
        raise SettingsError(texts.NO_FOLDER) from None


_DECIMALS = 6
"""Of the amounts in a Parquet file: decimal(38, 6). Products of two such numbers are rounded there, half to even."""


def export_days(file: Path, days: Iterable[tuple[DayEntry, Cube | None]]) -> int:
    """Write days to a file: CSV where its name ends so, Parquet otherwise. Gives the rows.

    A row is what was sold of one product, region (with the further dimensions) and price band on one day, or what was
    left out for one reason. Orders are counted within the row: an order of two products counts in both.
    """
    import polars as pl  # noqa: PLC0415  it takes a while to load, and is an extra

    is_csv = file.suffix.lower() == ".csv"
    frames = [_frame(pl, entry, cube, is_csv=is_csv) for entry, cube in days if cube is not None]
    table = pl.concat(frames, how="diagonal")
    aside = file.with_name(f".{file.name}.new")
    try:
        if is_csv:
            table.write_csv(aside, include_bom=True)  # Excel takes it for the machine's own encoding otherwise
        else:
            table.write_parquet(aside, compression="zstd")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return len(table)


def _frame(pl: Any, entry: DayEntry, cube: Cube, *, is_csv: bool) -> Any:
    columns = cube.columns
    orders = columns["unnumbered"] + np.bincount(cube.numbers.places, minlength=len(cube))
    table: dict[str, Any] = {
        "date": pl.Series(columns["date"].astype("datetime64[D]"), dtype=pl.Date),
        "product": pl.Series(columns["product"].tolist(), dtype=pl.String),
    }
    for key, name in zip(DIMENSIONS, entry.dimensions, strict=False):
        table[name] = pl.Series(columns[key].tolist(), dtype=pl.String)
    table["price_band"] = pl.Series([BANDS[band - 1] if band else "" for band in columns["band"]], dtype=pl.String)
    reasons = ["" if why == Reason.SOLD else Reason(why).name.lower() for why in columns["left_out"].tolist()]
    table["left_out"] = pl.Series(reasons, dtype=pl.String)
    table["orders"] = pl.Series(orders.tolist(), dtype=pl.Int64)
    for name, unit in AMOUNTS.items():
        exact = [decimal_of(int(value), cube.decimals[unit]) for value in columns[name].tolist()]
        # CSV has every decimal; Parquet's decimals are of one length
        table[name] = (
            pl.Series([f"{value:f}" for value in exact], dtype=pl.String)
            if is_csv
            else pl.Series([round(value, _DECIMALS) for value in exact], dtype=pl.Decimal(38, _DECIMALS))
        )
    for name in COUNTS:
        if name not in {"unnumbered", "blank_dates", "bad_dates"}:
            table[name] = pl.Series(columns[name].tolist(), dtype=pl.Int64)
    of_day = {
        "currency": entry.totals.currency,
        "revision": entry.revision,
        "explained": entry.explained.because.value if entry.explained else "",
    }
    table |= {name: [value] * len(cube) for name, value in of_day.items()}
    return pl.DataFrame(table)
