"""Gives schemathesis sales files to send, beside any bytes: otherwise it would hardly ever get past the first look."""

import schemathesis
from hypothesis import strategies as st

_DAYS = st.sampled_from(["2023-10-27", "2023/10/26", "2023年10月25日", "soon", ""])
_NAMES = st.text(st.characters(codec="utf-8", exclude_characters='\r\n,"'), max_size=8)
_NUMBERS = st.one_of(st.decimals(allow_nan=False, places=2, min_value=-9999, max_value=9999).map(str), _NAMES)
_ROWS = st.lists(st.tuples(_DAYS, _NAMES, _NUMBERS, _NUMBERS, _NAMES).map(",".join), max_size=5)
SALES_FILES = _ROWS.map(lambda rows: "\n".join(["Date,Product,Price,Amount,Region", *rows]).encode())

schemathesis.openapi.format("binary", st.one_of(SALES_FILES, SALES_FILES, st.binary()))
