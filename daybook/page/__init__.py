"""A day and a book as pages of HTML: `daybook.page.day.page`, `daybook.page.book.book_page` and `week_page`.

Each page is one file that needs nothing from anywhere else: its style and script stand in it, and its policy allows
these two and nothing more. Jinja2 (the extra ``page``) makes them; no web framework is needed.
"""
