"""Worker processes behind a bounded queue; nothing here knows of HTTP or of sales."""
