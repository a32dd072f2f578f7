"""What a sales lead should notice on the day, and what was wrong with the data, in sentences.

Both are pure functions of a report's figures, in the report's language. A sentence states what the figures show and
names no cause that they do not show.
"""

from daybook.insights.quality import doubts, warnings
from daybook.insights.rules import headline, insights

__all__ = ["doubts", "headline", "insights", "warnings"]
