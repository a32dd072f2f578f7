"""What a day should have been, whether it was, what moved it, and what comes next: all from the days of a book."""
