"""The plan of the house: every room on its floor, the ground first. Arrows (imports) point down.

A room is a package or a module, with everything in it that has no row of its own. It may import rooms on lower floors
of its own side, and the leaves; rooms on one floor do not know each other. `sn_mock` and `provider_stub` are two sides:
only the rooms from `sn_mock.lab` upwards know both.
"""

from __future__ import annotations

from collections.abc import Mapping

SIDES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "guarded": (("guarded",),),
    "tls_transcript": (("tls_transcript",),),
    "soap_contract": (("soap_contract",),),
    "ws_security": (("ws_security",),),
    "captures": (("captures",),),
    "provider_stub": (
        ("provider_stub.faults", "provider_stub.http", "provider_stub.journal", "provider_stub.refusals"),
        ("provider_stub.policy",),
        ("provider_stub.soap", "provider_stub.tls", "provider_stub.tokens"),
        ("provider_stub.gateway", "provider_stub.server"),
        ("provider_stub.policies",),
        ("provider_stub.provider",),
        ("provider_stub.process",),
        ("provider_stub.cli",),
        ("provider_stub.__main__", "provider_stub"),
    ),
    "sn_mock": (
        (
            "sn_mock.evidence",
            "sn_mock.failure",
            "sn_mock.lasting",
            "sn_mock.masking",
            "sn_mock.negotiated",
            "sn_mock.received",
        ),
        # what any JVM does
        ("sn_mock.java.lang",),
        ("sn_mock.java.exceptions",),
        ("sn_mock.java.asn1", "sn_mock.java.net"),
        ("sn_mock.java.x509",),
        ("sn_mock.java.keystore", "sn_mock.java.pkix"),
        ("sn_mock.java.httpclient", "sn_mock.java.jsse"),
        ("sn_mock.java.keytool",),
        ("sn_mock.java",),
        # what a ServiceNow instance is, and what it does
        ("sn_mock.exchange", "sn_mock.secret"),
        ("sn_mock.instance",),
        ("sn_mock.instance.folder",),
        ("sn_mock.instance.instance",),
        ("sn_mock.instance.xml", "sn_mock.query"),
        ("sn_mock.instance.wsdl",),
        ("sn_mock.outbound.routing",),
        ("sn_mock.outbound.connections", "sn_mock.outbound.credentials"),
        ("sn_mock.outbound.calls",),
        ("sn_mock.outbound.tokens",),
        ("sn_mock.outbound.messages",),
        ("sn_mock.outbound.steps",),
        ("sn_mock.outbound",),
        # readers and drivers of the above
        ("sn_mock.diagnosis", "sn_mock.report", "sn_mock.scripting"),
        # composition: both sides
        ("sn_mock.lab",),
        ("sn_mock.handover", "sn_mock.live"),
        # surfaces
        ("sn_mock.commands", "sn_mock.pytest_plugin", "sn_mock.locust_user", "sn_mock.keystore"),
        ("sn_mock",),
        ("sn_mock.cli",),
        ("sn_mock.__main__",),
    ),
}
"""Side → its floors. A room may be planned and still be empty: its place is kept free."""

LEAVES = ("guarded", "tls_transcript", "soap_contract", "ws_security", "captures")
"""What both sides stand on; a leaf knows neither. `captures` reads its messages through `tls_transcript`."""

KNOWS_BOTH_SIDES = ("sn_mock.lab", "sn_mock.handover", "sn_mock.live", "sn_mock.commands", "sn_mock.pytest_plugin")

STRANGERS: tuple[tuple[str, str, str], ...] = (
    ("sn_mock.instance", "sn_mock.java", "records are rows, whatever Java makes of them"),
    ("sn_mock.query", "sn_mock.java", "a query is asked of rows"),
)
"""(room, room it must never import although that one stands lower, why)."""

ACQUAINTED: tuple[tuple[str, str, str], ...] = (
    ("sn_mock.instance", "sn_mock.java.lang.jdk", "a release says which Java it runs"),
    ("sn_mock.instance", "sn_mock.java.lang.features", "a release asks its Java what it can do"),
)
"""(room, what it may import of a stranger, why)."""

MOST_IN_ONE_FOLDER = 24
"""Modules side by side; what needs more wants rooms."""
