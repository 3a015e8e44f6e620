"""What HttpURLConnection reads of the challenges of a 401 and a 407, and what it cannot read.

Source: sun.net.www.protocol.http.AuthenticationHeader; measured on JDK 17.
"""

from __future__ import annotations

from sn_mock.java.httpclient.reading.header_parser import words

CHALLENGES = {401: "www-authenticate", 407: "proxy-authenticate"}
"""Status code → the header, in lower case, whose fields are read one by one."""
UNREADABLE = "invalid start or end"
"""Of the IllegalArgumentException for a field without a scheme."""


def names_a_scheme(field: str) -> bool:
    """Whether a field has a word without a value, which Java takes for the name of a scheme."""
    return any(word.value is None for word in words(field))
