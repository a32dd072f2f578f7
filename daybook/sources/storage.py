"""`ObjectSource`: files in object storage; `LakeSource`: Parquet, Delta and Iceberg tables, there or on disk.

Polars reads them, streaming: it takes the wanted columns of the wanted days, and counts equal rows; what a cell means
is read by the one rule, as with a database.
"""

import datetime as dt
import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import pydantic
from pydantic import Field, SecretStr, field_validator

from daybook.errors import LimitError, SourceDownError, SourceError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.base import SourcePart, SourceSettings, Window
from daybook.sources.files import DayPattern, Pattern, PatternSource
from daybook.table import texts as table_texts
from daybook.table.fields import field_of_key

PROTOCOLS = {
    "s3": "s3fs",
    "oss": "ossfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
}
"""What an address begins with, and the package that speaks to such a store."""
PIECE_BYTES = 1 << 20
REFUSED = ("accessdenied", "forbidden", "invalidaccesskey", "signaturedoesnotmatch", "unabletolocatecredentials", "403")
"""Words of stores that refuse a login, without blanks."""


class ObjectSource(PatternSource):
    """Files in object storage."""

    kind: Literal["object"]
    needs: ClassVar[str] = "fsspec"

    url: Pattern = Field(
        description="The files' addresses, such as s3://bucket/sales/{day:%Y/%m}/sales_{day:%Y%m%d}.csv"
    )
    options: dict[str, SecretStr | dict[str, SecretStr]] = Field(
        {}, description="What fsspec takes for such a store: key, secret, endpoint_url and the like"
    )

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if url.partition("://")[0] not in PROTOCOLS:
            raise ValueError(f"it begins with one of {', '.join(PROTOCOLS)}, followed by ://")
        return url

    @cached_property
    def by_day(self) -> DayPattern:
        """Where the files of a day are, in a bucket of the store."""
        return DayPattern(self.url.partition("://")[2])

    def found(self, pattern: str) -> list[str]:
        """The files of a pattern."""
        try:
            return sorted(map(str, self._store.glob(pattern)))
        except Exception as error:  # noqa: BLE001  each store has its own errors
            raise self._failed(error) from None

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:
        """Files of the store as local ones."""
        files, left = [], limits.file_bytes
        store = self._store
        for number, path in enumerate(paths):
            local = folder / f"{number}{Path(path).suffix}"
            try:
                left = _copied(store, path, local, left)
            except Exception as error:  # noqa: BLE001  each store has its own errors
                raise self._failed(error) from None
            if left < 0:
                limit = limits.file_bytes // 1_000_000
                raise LimitError(table_texts.TOO_MANY_BYTES, limit=limit, beyond=limits.beyond)
            files.append(local)
        return files

    @property
    def _store(self) -> Any:
        protocol = self.url.partition("://")[0]
        options = {"use_listings_cache": False, "skip_instance_cache": True, **plain(self.options)}
        try:
            found = importlib.import_module("fsspec").filesystem(protocol, **options)
        except ImportError:
            raise SourceError(texts.NOT_INSTALLED, name=self.name, module=PROTOCOLS[protocol]) from None
        return found

    def _failed(self, error: Exception) -> SourceError:
        """What the error of a store means; its text may quote an address or a key."""
        if isinstance(error, SourceError):
            return error
        words = f"{type(error).__name__} {error}".lower().replace(" ", "")
        if isinstance(error, PermissionError) or any(word in words for word in REFUSED):
            return SourceError(texts.LOGIN, name=self.name)
        if isinstance(error, FileNotFoundError):
            return SourceError(texts.NO_TABLE, name=self.name)
        return SourceDownError(texts.DOWN, name=self.name)


def _copied(store: Any, path: str, local: Path, left: int) -> int:
    """Copy a file of the store; gives what is left of the bytes that it may have, below 0 where it has more."""
    with store.open(path, "rb") as remote, local.open("xb") as copy:
        while left >= 0 and (piece := remote.read(PIECE_BYTES)):
            left -= len(piece)
            copy.write(piece)
    return left


def plain(options: dict[str, SecretStr | dict[str, SecretStr]]) -> dict[str, Any]:
    """Options with their secrets, for whoever needs them."""
    return {
        name: plain(dict(value)) if isinstance(value, dict) else _typed(value.get_secret_value())
        for name, value in options.items()
    }


def _typed(value: str) -> str | bool:
    return {"true": True, "false": False}.get(value.lower(), value)


SAMPLE_ROWS = 1_000
_MODULES = {"delta": "deltalake", "iceberg": "pyiceberg"}
_ISO = "%Y-%m-%d"


class LakeSource(SourceSettings):
    """A lake table."""

    kind: Literal["lake"]
    needs: ClassVar[str] = "polars"

    format: Literal["parquet", "delta", "iceberg"] = Field(description="What kind of table it is")
    path: str = Field(min_length=1, description="Its folder, address, or an Iceberg table's metadata file")
    options: dict[str, SecretStr | dict[str, SecretStr]] = Field(
        {}, description="What Polars takes for the store: aws_access_key_id, aws_endpoint_url and the like"
    )
    engine: Literal["polars", "spark"] = Field("polars", description="What reads it: Polars here, or a Spark cluster")
    spark: SecretStr | None = Field(None, description="The cluster, sc://host:15002; else that of DAYBOOK_SPARK")

    @pydantic.model_validator(mode="after")
    def _has_date(self) -> Self:
        if "date" not in {field_of_key(field) for field in self.columns}:
            raise ValueError("columns has to name the column of dates, such as date = 'sold_at'")
        return self

    @property
    def date_column(self) -> str:
        """The column of dates."""
        return next(name for key, name in self.columns.items() if field_of_key(key) == "date")

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The table's latest day not after ``today``."""
        if self.engine == "spark":
            from daybook.sources.lake_on_spark import latest_day  # noqa: PLC0415  only what is asked for is loaded

            return latest_day(self, today)
        with self._told():
            days = self._scan().select(self._day.alias("day"))
            latest = days.filter(_polars().col("day") <= today).max().collect(engine="streaming").item()
        return latest if isinstance(latest, dt.date) else None

    @contextmanager
    def opened(self, window: Window, folder: Path, limits: Limits) -> Iterator[Iterator[SourcePart]]:  # noqa: ARG002  nothing is fetched
        """The rows of the window's days, counted; or a table that the cluster reads."""
        if self.engine == "spark":
            from daybook.sources.lake_on_spark import opened  # noqa: PLC0415  only what is asked for is loaded

            with opened(self, window, limits) as table:
                yield iter([SourcePart(table, None)])
            return
        with self._told():
            pl = _polars()
            names = self._names()
            rows = self._scan().filter(self._day.is_between(pl.lit(window.first), pl.lit(window.last)))
            rows = rows.with_columns(self._moment.alias(self.date_column)).select(names)
            sample = rows.head(SAMPLE_ROWS).collect(engine="streaming").rows()
        from daybook.reduce.counted import CountedTable  # noqa: PLC0415  loaded when first needed
        from daybook.sources.values import text_of  # noqa: PLC0415

        def counted(wanted: Sequence[int]) -> Iterator[Any]:
            return self._counted(rows, [names[index] for index in wanted], limits)

        texts_of_sample = [[text_of(value, self.decimal) for value in row] for row in sample]
        yield iter([SourcePart(CountedTable(tuple(names), texts_of_sample, counted, self.format), None)])

    def _counted(self, rows: Any, names: Sequence[str], limits: Limits) -> Iterator[Any]:
        from daybook.sources.values import chunks_of  # noqa: PLC0415  loaded when first needed

        pl = _polars()
        with self._told():
            alike = pl.len().alias("rows alike")
            if isinstance(self._kinds[self.date_column], pl.Datetime) and self.date_column in names:
                # of a day's moments the latest is kept, which says when its last order was
                others = [name for name in names if name != self.date_column]
                grouped = rows.group_by([*others, pl.col(self.date_column).dt.date().alias("the day")])
                counts = grouped.agg(pl.col(self.date_column).max(), alike)
            else:
                counts = rows.group_by(names).agg(alike)
            found = counts.select([*names, "rows alike"]).collect(engine="streaming")
        if found.height > limits.rows:
            raise LimitError(table_texts.TOO_MANY_ROWS, limit=f"{limits.rows:,}", beyond=limits.beyond)
        yield from chunks_of((frame.rows() for frame in found.iter_slices()), self.decimal)

    def _scan(self) -> Any:
        pl = _polars()
        options = {name: str(value) for name, value in plain(self.options).items()}
        match self.format:
            case "delta":
                return pl.scan_delta(self.path, storage_options=options or None)
            case "iceberg":
                return pl.scan_iceberg(self.path, storage_options=options or None)
            case _:
                return pl.scan_parquet(self._files, storage_options=options or None, hive_partitioning=True)

    @property
    def _files(self) -> str:
        is_pattern = self.path.endswith(".parquet") or "*" in self.path
        return self.path if is_pattern else f"{self.path.rstrip('/')}/**/*.parquet"

    @cached_property
    def _kinds(self) -> Mapping[str, Any]:
        return dict(self._scan().collect_schema())

    @property
    def _moment(self) -> Any:
        """The date column, its moments those of the source's zone."""
        pl = _polars()
        kind, column = self._kinds.get(self.date_column), pl.col(self.date_column)
        if kind is None:
            raise SourceError(texts.NO_COLUMN, name=self.name, column=self.date_column)
        if isinstance(kind, pl.Datetime) and kind.time_zone:
            if not self.zone:
                raise SourceError(texts.ZONE_NEEDED, name=self.name)
            return column.dt.convert_time_zone(self.zone).dt.replace_time_zone(None)
        if kind not in (pl.Date, pl.String) and not isinstance(kind, pl.Datetime):
            raise SourceError(texts.DATES, name=self.name)
        return column

    @property
    def _day(self) -> Any:
        """The day of each row."""
        pl = _polars()
        form = self.date_format or _ISO
        if self._kinds.get(self.date_column) == pl.String:
            length = len(dt.date(2000, 1, 1).strftime(form))
            return self._moment.str.slice(0, length).str.to_date(form, strict=False)
        return self._moment.cast(pl.Date)

    def _names(self) -> list[str]:
        """The table's columns that the settings name."""
        from daybook.judge import NUMBER_FIELDS  # noqa: PLC0415  loaded when first needed

        pl = _polars()
        names, numbers = [], set()
        for key, name in self.columns.items():
            bare = name if name in self._kinds else name.rpartition("(")[0].strip()
            if bare not in self._kinds:
                raise SourceError(texts.NO_COLUMN, name=self.name, column=name)
            names.append(bare)
            if field_of_key(key) in NUMBER_FIELDS:
                numbers.add(type(self._kinds[bare]))
        if pl.String in numbers and numbers & {pl.Decimal, pl.Float32, pl.Float64} and not self.decimal:
            raise SourceError(texts.MIXED_NUMBERS, name=self.name)
        return list(dict.fromkeys(names))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a lake's library raises into a sentence; its own text quotes paths and addresses."""
        for module in ("polars", _MODULES.get(self.format)):
            if module:
                try:
                    importlib.import_module(module)
                except ImportError:
                    raise SourceError(texts.NOT_INSTALLED, name=self.name, module=module) from None
        try:
            yield
        except (SourceError, LimitError):
            raise
        except Exception as error:  # noqa: BLE001  each library has its own errors
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> SourceError:
        words = f"{type(error).__name__} {error}".lower()
        if isinstance(error, PermissionError) or any(word in words.replace(" ", "") for word in REFUSED):
            return SourceError(texts.LOGIN, name=self.name)
        missing = ("not found", "no such file", "notfound", "expanded paths were empty", "does not exist", "nosuch")
        if isinstance(error, FileNotFoundError) or any(word in words for word in missing):
            return SourceError(texts.NO_TABLE, name=self.name)
        return SourceDownError(texts.DOWN, name=self.name)


def _polars() -> Any:
    return importlib.import_module("polars")  # optional
