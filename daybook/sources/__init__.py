"""Named sources: where a company keeps its sales, set up once in a file of settings, and asked for by name alone.

`load_sources` reads the file; `source_report` makes a day's report of a source. Who asks names a source and a day: what
is read, from where and with which login is said by the settings, and by nobody else.
"""

from daybook.sources.settings import ConfiguredSource, Sources, load_sources

__all__ = ["ConfiguredSource", "Sources", "load_sources"]
