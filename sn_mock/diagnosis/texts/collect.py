"""What to look for next, by the side that is known so far."""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.diagnosis.reading.sides import Side

_DEBUG = (
    "the instance's node log of that second, with the TLS debug log (javax.net.debug=ssl:handshake) if it can be had"
)
_PROVIDER = "the log of whatever ends TLS for the provider, for the same second (nginx and Apache: level info)"
_CLIENT = "openssl s_client -connect HOST:PORT -servername HOST -showcerts: the chain, and the CA names it asks for"

_BY_SIDE: Mapping[Side, tuple[str, ...]] = {
    Side.INSTANCE: (_PROVIDER, _CLIENT),
    Side.PROVIDER: (_DEBUG, "the protocol profile's keystore: keytool -list -v of the attached file"),
    Side.TOOL: (_DEBUG, _PROVIDER),
    Side.UNKNOWN: ("whose log this line stands in: the instance's, the provider's, or a tool's", _DEBUG, _PROVIDER),
}
_NOTHING = ("the lines before and after it, with the exception's class and message", _DEBUG, _PROVIDER, _CLIENT)


def to_collect(side: Side, *, known: bool) -> tuple[str, ...]:
    """What would settle it; everything, where nothing is known yet."""
    return _BY_SIDE[side] if known else _NOTHING
