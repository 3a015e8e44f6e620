"""Routing: the release's rules between a record and a connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sn_mock.exchange import Decision, Route
from sn_mock.failure import Failure, JavaException
from sn_mock.instance import RELEASES, Instance, SysProtocolProfile
from sn_mock.outbound.routing.outbound_call import MutualAuth, OutboundCall
from sn_mock.outbound.routing.protocols import DATABASE_FACTORY
from sn_mock.outbound.routing.route import resolve, settle, who_counts

ON = MutualAuth(True, "myhttps")
OFF = MutualAuth()
FROM_RECORD = OutboundCall(endpoint="https://localhost:7/x", on_message=ON, on_function=ON)
TYPED = OutboundCall(endpoint="myhttps://localhost:7/x")
FROM_FUJI = list(RELEASES)[1:]
FROM_HELSINKI = FROM_FUJI[2:]


@pytest.fixture
def instance(make_instance: Callable[..., Instance], add_store: Callable[..., Instance]) -> Instance:
    """Two active keystores; the profile uses the first."""
    return add_store(make_instance(8443), "SAML SP", b"", "saml.jks")


def route(instance: Instance, call: OutboundCall) -> Route:
    """The route; a failure fails the test."""
    found = resolve(instance, call)
    assert isinstance(found, Route), found
    return found


def said(found: Route, words: str) -> bool:
    """Is there a `because` sentence with these words?"""
    return any(words in sentence for sentence in found.because)


@pytest.mark.parametrize("release", FROM_HELSINKI)
def test_scheme_is_rewritten_from_the_record(instance: Instance, release: str) -> None:
    """From Helsinki on, https in the endpoint becomes the profile's name."""
    found = route(instance.with_release(release), FROM_RECORD)
    assert (found.url, found.socket_factory, found.keystores) == (
        "myhttps://localhost:7/x",
        "profile",
        ("ACME client",),
    )
    assert found.mutual_auth


@pytest.mark.parametrize("release", ["fuji", "geneva"])
def test_scheme_stays_as_typed_before_helsinki(instance: Instance, release: str) -> None:
    """In Fuji and Geneva the record's flag alone changes nothing; typing the scheme does."""
    plain = route(instance.with_release(release), FROM_RECORD)
    assert (plain.scheme, plain.socket_factory, plain.keystores) == ("https", "default", ())
    assert said(plain, "only myhttps://… would use the profile")
    typed = route(instance.with_release(release), TYPED)
    assert (typed.socket_factory, typed.keystores) == ("profile", ("ACME client",))


def test_no_profiles_before_fuji(instance: Instance) -> None:
    """In Eureka the profile's scheme is unknown; the legacy properties register it."""
    eureka = instance.with_release("eureka")
    found = resolve(eureka, TYPED)
    assert isinstance(found, Failure)
    assert found.java == (JavaException("java.lang.IllegalStateException", "unsupported protocol: 'myhttps'"),)
    legacy = eureka.with_property("glide.httpclient.protocol.myhttps.class", DATABASE_FACTORY)
    assert route(legacy, TYPED).keystores == ("ACME client", "SAML SP")


@pytest.mark.parametrize("release", FROM_FUJI)
def test_legacy_property_beats_the_profile(instance: Instance, release: str) -> None:
    """With the property all active keystores are offered, in row order; an empty property gives way."""
    left_behind = instance.with_release(release).with_property(
        "glide.httpclient.protocol.MYHTTPS.class", DATABASE_FACTORY
    )
    found = route(left_behind, TYPED)
    assert (found.socket_factory, found.keystores) == ("legacy-property", ("ACME client", "SAML SP"))
    assert said(found, "PRB1923704")
    emptied = left_behind.with_property("glide.httpclient.protocol.MYHTTPS.class", "")
    assert route(emptied, TYPED).socket_factory == "profile"


def test_row_order_decides_among_all_active(instance: Instance) -> None:
    """The rows' order is the order in which the keystores are asked; inactive ones are not."""
    legacy = instance.with_property("glide.httpclient.protocol.myhttps.class", DATABASE_FACTORY)
    turned = replace(legacy, certificates=legacy.certificates[::-1])
    assert route(turned, TYPED).keystores == ("SAML SP", "ACME client")
    inactive = turned.replace(turned.certificates[0], active=False)
    assert route(inactive, TYPED).keystores == ("ACME client",)


def test_legacy_port_and_profile_port(instance: Instance) -> None:
    """A URL without a port takes the default of whoever registered the scheme."""
    call = OutboundCall(endpoint="myhttps://localhost/x")
    assert route(instance, call).port == 8443
    legacy = instance.with_property("glide.httpclient.protocol.myhttps.class", DATABASE_FACTORY)
    assert route(legacy, call).port == 443
    assert route(legacy.with_property("glide.httpclient.protocol.myhttps.port", "9443"), call).port == 9443


def test_unknown_class_registers_nothing(instance: Instance) -> None:
    """A property that names another class leaves the profile in charge."""
    wrong = instance.with_property("glide.httpclient.protocol.myhttps.class", "com.example.Other")
    assert route(wrong, TYPED).socket_factory == "profile"


def test_plain_https_uses_no_profile(instance: Instance) -> None:
    """Without the flag, https presents no certificate."""
    found = route(instance, OutboundCall(endpoint="https://localhost/x"))
    assert (found.port, found.socket_factory, found.mutual_auth, found.keystores) == (443, "default", False, ())


@pytest.mark.parametrize(
    ("release", "quirk", "used"),
    [
        ("helsinki", None, ("SAML SP",)),
        ("istanbul", None, ("ACME client",)),
        ("istanbul", "ignored", ("SAML SP",)),
        ("helsinki", "used", ("ACME client",)),
    ],
)
def test_capital_letter_in_the_file_name(instance: Instance, release: str, quirk: str | None, used: tuple[str]) -> None:
    """Until Helsinki such a keystore is passed over and the call goes on with what else is active."""
    capital = instance.replace(instance.attachments[0], file_name="Acme.jks").with_release(release)
    if quirk:
        capital = capital.with_quirk("uppercase_keystore_filename", quirk)
    assert route(capital, TYPED).keystores == used


@pytest.mark.parametrize(
    ("release", "quirk", "used"),
    [
        ("geneva", None, "SAML SP"),
        ("istanbul", None, "ACME client"),
        ("istanbul", "first_wins", "SAML SP"),
        ("geneva", "by_name", "ACME client"),
    ],
)
def test_several_profiles(instance: Instance, release: str, quirk: str | None, used: str) -> None:
    """Until Helsinki the profile registered first serves them all."""
    first = SysProtocolProfile(protocol="testhttps", default_port=1, keystore=instance.certificates[2].sys_id)
    several = replace(instance, protocol_profiles=(first, *instance.protocol_profiles)).with_release(release)
    if quirk:
        several = several.with_quirk("several_profiles", quirk)
    assert route(several, TYPED).keystores == (used,)


@pytest.mark.parametrize(
    ("release", "on_message", "on_function", "factory"),
    [
        ("paris", OFF, ON, "profile"),
        ("paris", ON, OFF, "profile"),
        ("quebec", OFF, ON, "default"),
        ("quebec", ON, OFF, "profile"),
        ("quebec", OFF, OFF, "default"),
    ],
)
def test_which_record_counts(
    instance: Instance, release: str, on_message: MutualAuth, on_function: MutualAuth, factory: str
) -> None:
    """From Quebec on the message's setting counts, not the function's (KB0696599)."""
    call = replace(FROM_RECORD, on_message=on_message, on_function=on_function)
    assert route(instance.with_release(release), call).socket_factory == factory


def test_set_mutual_auth_overrides_the_record(instance: Instance) -> None:
    """The script's profile name is used; an unknown one becomes an unknown scheme."""
    other = SysProtocolProfile(protocol="other", default_port=5, keystore=instance.certificates[2].sys_id)
    call = replace(FROM_RECORD, override_profile="other")
    assert route(instance.with_record(other), call).keystores == ("SAML SP",)
    failed = resolve(instance, replace(FROM_RECORD, override_profile="nobody"))
    assert isinstance(failed, Failure)
    assert failed.java[0].message == "unsupported protocol: 'nobody'"


def test_mid_server_knows_no_mutual_auth(instance: Instance) -> None:
    """Through a MID Server the endpoint goes out as typed, silently without a certificate."""
    found = route(instance, replace(FROM_RECORD, mid_server="mid1"))
    assert (found.url, found.mutual_auth, found.keystores) == ("https://localhost:7/x", False, ())
    assert said(found, "MID Server mid1")


def test_profile_with_capitals_never_matches(instance: Instance) -> None:
    """The URL's scheme is looked up in lower case, the registry compares exactly."""
    capital = instance.replace(instance.protocol_profiles[0], protocol="MyHttps")
    settled = settle(capital, FROM_RECORD)
    assert settled.failure is not None
    assert settled.failure.cause == "unsupported-scheme"
    assert said(settled.route, "capital letters")


@pytest.mark.parametrize(
    ("endpoint", "cause", "class_name", "message"),
    [
        ("foo://localhost/", "unsupported-scheme", "java.lang.IllegalStateException", "unsupported protocol: 'foo'"),
        ("localhost:7/x", "unsupported-scheme", "java.lang.IllegalStateException", "unsupported protocol: 'localhost'"),
        ("https:///x", "no-host", "java.lang.IllegalArgumentException", "host must not be null"),
        ("https://a_b.example/", "no-host", "java.lang.IllegalArgumentException", "host must not be null"),
        (
            "https://localhost:99999/",
            "port-out-of-range",
            "java.lang.IllegalArgumentException",
            "port out of range:99999",
        ),
        (
            "https://localhost:x/",
            "bad-uri",
            "java.lang.IllegalArgumentException",
            "Invalid uri 'https://localhost:x/': invalid port number",
        ),
    ],
)
def test_unusable_endpoint(instance: Instance, endpoint: str, cause: str, class_name: str, message: str) -> None:
    """The library's exception, before anything is connected."""
    failed = resolve(instance, OutboundCall(endpoint=endpoint))
    assert isinstance(failed, Failure)
    assert (str(failed.stage), failed.cause, failed.java) == ("route", cause, (JavaException(class_name, message),))


def test_endpoint_without_scheme_gets_the_profiles(instance: Instance) -> None:
    """`_getModifiedURL` puts the profile's name in front."""
    assert route(instance, replace(FROM_RECORD, endpoint="localhost:7/x")).url == "myhttps://localhost:7/x"


def test_proxy_and_its_bypass_list(instance: Instance) -> None:
    """glidesoap properties go first for SOAP; listed hosts are called directly; `unset` switches it off."""
    proxied = instance.with_property("glide.http.proxy_host", "127.0.0.1").with_property(
        "glide.http.proxy_port", "3128"
    )
    assert route(proxied, FROM_RECORD).proxy == ("127.0.0.1", 3128)
    assert route(proxied.with_property("glide.glidesoap.proxy_host", "::1"), FROM_RECORD).proxy == ("::1", 80)
    assert route(proxied.with_property("glide.http.proxy_bypass_list", "other,local*"), FROM_RECORD).proxy is None
    assert route(proxied.with_property("glide.glidesoap.proxy_host", "unset"), FROM_RECORD).proxy is None


def test_a_route_is_found_once(instance: Instance) -> None:
    """For each question that an instance is asked; another instance, and whatever decides, is another question."""
    first = settle(instance, FROM_RECORD)
    assert settle(instance, replace(FROM_RECORD, body="<other/>", headers=(("A", "b"),))) is first
    assert settle(instance.with_property("x", "y"), FROM_RECORD) is not first
    elsewhere = replace(FROM_RECORD, endpoint="https://localhost:7/y")
    for other in (
        elsewhere,
        replace(FROM_RECORD, override_profile="myhttps"),
        replace(FROM_RECORD, on_message=OFF),
        replace(FROM_RECORD, on_function=OFF),
        replace(FROM_RECORD, mid_server="mid"),
        replace(FROM_RECORD, soap=False),
    ):
        assert settle(instance, other) is not first
    assert settle(instance, elsewhere) is settle(instance, elsewhere)

    decided = (Decision("token", "bearer", "a token is there"),)
    told = settle(instance, replace(FROM_RECORD, decided=decided)).route
    assert told == replace(first.route, decisions=decided + first.route.decisions)

    for endpoint in (
        "https://user:secret@localhost:7/x",
        "https://localhost:7/x?id=1",
        f"https://localhost/{'x' * 2000}",
    ):
        assert settle(instance, replace(TYPED, endpoint=endpoint)) is not settle(
            instance, replace(TYPED, endpoint=endpoint)
        )


def test_every_sentence_carries_its_evidence(instance: Instance) -> None:
    """A guess never looks like a fact."""
    marks = ("[MEASURED: ", "[DOCUMENTED: ", "[REPORTED: ", "[ASSUMED: ")
    for release in RELEASES:
        for call in (FROM_RECORD, TYPED, OutboundCall(endpoint="https://localhost/")):
            for sentence in settle(instance.with_release(release), call).route.because:
                assert any(mark in sentence for mark in marks), sentence


def test_decisions_say_what_they_are_about(instance: Instance) -> None:
    """Each decision names the fact (or the matter), its outcome and its sentence; no rule has to parse one."""
    told = route(instance, replace(FROM_RECORD, override_profile="myhttps"))
    assert [(decision.fact, decision.outcome) for decision in told.decisions[:2]] == [
        ("set_mutual_auth", "myhttps"),
        ("scheme_rewrite", True),
    ]
    assert told.because == tuple(decision.sentence for decision in told.decisions)
    decision = told.decision("keystore")
    assert decision is not None
    assert decision.outcome == told.keystore_ids[0]
    # and its twin, where the script says nothing
    assert route(instance, FROM_RECORD).decision("set_mutual_auth") is None


@pytest.mark.parametrize(
    ("source", "message", "function", "counts"),
    [
        ("message", ON, OFF, "message"),
        ("message", OFF, ON, "message"),
        ("function", ON, ON, "function"),
        ("function", ON, OFF, "message"),
        ("function", OFF, OFF, "function"),
    ],
)
def test_one_record_counts(source: str, message: MutualAuth, function: MutualAuth, counts: str) -> None:
    """The call and the rules ask the same function whose flag and profile count."""
    message, function = replace(message), replace(function)
    first, second = who_counts(source, message, function)
    assert first is (message if counts == "message" else function)
    assert second is (function if counts == "message" else message)


def test_a_keystore_is_judged_by_name_and_by_type(instance: Instance) -> None:
    """A capital in the file's name saves no PKCS12 store from a release that refuses the type."""
    row = instance.certificates[0]
    file = instance.attachments_of(row)[0]
    capital = instance.replace(file, file_name="Client.p12").replace(row, type="pkcs12_key_store")
    refusing = replace(capital, quirks={"pkcs12_keystores": "refused", "uppercase_keystore_filename": "used"})
    assert route(refusing, FROM_RECORD).keystores == ()
    assert said(route(refusing, FROM_RECORD), "of type PKCS12, which this release refuses")
    used = replace(capital, quirks={"pkcs12_keystores": "documented", "uppercase_keystore_filename": "used"})
    assert route(used, FROM_RECORD).keystores == ("ACME client",)
