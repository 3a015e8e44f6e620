"""Reports: one call told as plain text, in the terminal's colours, and as one HTML page.

- *story*: an Exchange and the provider's visit, cut into what every report shows.
- *dialogue*: both transcripts as one list of lines, with the step at which the call failed.
- *chapter*: one call on an HTML page; a reproduction has two, broken and fixed.

Reports read and lay out; they decide nothing, and they show no secrets: an Exchange holds none.
"""

from sn_mock.report.html import Chapter, chapter_html, headline, page
from sn_mock.report.text import text

__all__ = ["Chapter", "chapter_html", "headline", "page", "text"]
