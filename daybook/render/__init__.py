"""A `SalesReport` as people read it: Markdown for a phone, text for a terminal, files."""
