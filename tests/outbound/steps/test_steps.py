"""REST and SOAP steps: from an alias to the connection, its URL and its certificate, over real TLS."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sn_mock.diagnosis import check, diagnosed
from sn_mock.exchange import Exchange, Response
from sn_mock.failure import Failure, MockUsageError
from sn_mock.instance import (
    ApiKeyCredential,
    BasicAuthCredential,
    DiscoveryCredential,
    EccAgent,
    HttpConnection,
    Instance,
    MidProtocolProfile,
    OAuth2Credential,
    Secret,
    SysAlias,
    SysRetryPolicy,
)
from sn_mock.instance.schema import Record
from sn_mock.lab.pki import LAB_PASSWORD, KeystoreSpec, Pki, write_keystore
from sn_mock.outbound.connections.resolving import way_of
from sn_mock.outbound.connections.urls import connection_url
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.steps.retry_policies import MOST_TRIES, again
from sn_mock.outbound.steps.step import RESTStep, SOAPStep, UnknownAliasError

ALIAS = SysAlias(name="Partner")
BUILT = HttpConnection(
    name="partner",
    connection_alias="Partner",
    url_builder=True,
    mutual_auth=True,
    protocol_profile="myhttps",
    host="localhost",
    base_path="tickets",
)


def with_rows(instance: Instance, *rows: Record) -> Instance:
    """The instance with these rows, in order."""
    for row in rows:
        instance = instance.with_record(row)
    return instance


@pytest.fixture
def make_partner(make_instance: Callable[..., Instance]) -> Callable[..., Instance]:
    """An instance with the alias Partner and these connections."""

    def make(port: int, *rows: Record) -> Instance:
        return with_rows(make_instance(port), ALIAS, *(rows or (BUILT,)))

    return make


# The way


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "myhttps://localhost/tickets"),
        ({"port": 9443}, "myhttps://localhost:9443/tickets"),
        ({"mutual_auth": False}, "https://localhost/tickets"),
        ({"mutual_auth": False, "protocol": "http", "base_path": ""}, "http://localhost"),
        ({"base_path": "/a/b"}, "myhttps://localhost/a/b"),
        ({"protocol_profile": ""}, "https://localhost/tickets"),
        ({"url_builder": False, "connection_url": "https://typed:1/x"}, "https://typed:1/x"),
        ({"url_builder": False, "connection_url": "myhttps://typed/x", "mutual_auth": False}, "myhttps://typed/x"),
        ({"host": " "}, ""),
    ],
)
def test_the_url_builder_and_what_is_typed(
    make_instance: Callable[..., Instance], changes: dict[str, Any], url: str
) -> None:
    """On: protocol, or the profile's with mutual authentication, host, port, base path. Off: the URL as it is typed."""
    connection = replace(BUILT, **changes)
    instance = with_rows(make_instance(), ALIAS, connection)

    assert connection_url(instance, instance.http_connections[0]) == url


@pytest.mark.parametrize(
    ("alias", "rows", "cause"),
    [
        (ALIAS, (), "alias-without-connection"),
        (ALIAS, (replace(BUILT, active=False),), "alias-without-connection"),
        (replace(ALIAS, type="credential"), (BUILT,), "credential-only-alias"),
        (replace(ALIAS, connection_type="jdbc_connection"), (BUILT,), "connection-type-not-http"),
        (ALIAS, (replace(BUILT, host=""),), "connection-without-url"),
        (ALIAS, (replace(BUILT, url_builder=False),), "connection-without-url"),
        (
            ALIAS,
            (DiscoveryCredential(name="root", type="ssh_private_key"), replace(BUILT, credential="root")),
            "credential-type-unknown",
        ),
        (ALIAS, (replace(BUILT, credential="0" * 32),), "credential-missing"),
        (
            ALIAS,
            (BasicAuthCredential(name="vaulted", use_high_security=True), replace(BUILT, credential="vaulted")),
            "external-credential-store",
        ),
        (
            ALIAS,
            (OAuth2Credential(name="token"), replace(BUILT, credential="token")),
            "credential-without-oauth-profile",
        ),
    ],
)
def test_what_ends_a_step_before_any_request(
    make_instance: Callable[..., Instance], alias: SysAlias, rows: tuple[Record, ...], cause: str
) -> None:
    """Each is a failure with a name, a finding with the record to change, and no connection; `check` knows it, too."""
    instance = with_rows(make_instance(), alias, *rows)

    exchange = diagnosed(RESTStep("Partner", instance=instance).place(), instance)

    assert exchange.failure is not None
    assert (exchange.failure.cause, exchange.failure.java, exchange.attempts) == (cause, (), ())
    assert exchange.findings[0].rule == cause
    assert (
        "Partner" in exchange.findings[0].fix
        or "partner" in exchange.findings[0].fix
        or rows[0].display_value in (exchange.findings[0].fix)
    )
    assert exchange.outbound_http_log == {}
    judged = {finding.rule for finding in check(instance, exchange.started).findings}
    assert (cause in judged) == (cause not in ("credential-only-alias", "connection-type-not-http"))


def test_an_unknown_alias_is_misuse(make_partner: Callable[..., Instance]) -> None:
    """The error names the aliases that there are; name, ID and sys_id all find one."""
    instance = with_rows(make_partner(1), SysAlias(name="Other", sys_scope="x_acme"))

    with pytest.raises(UnknownAliasError, match=r"'Partnr'.*Partner, x_acme.Other"):
        RESTStep("Partnr", instance=instance)
    for name in ("x_acme.Other", "Other", instance.aliases[1].sys_id):
        assert RESTStep(name, instance=instance).alias.name == "Other"
    with pytest.raises(MockUsageError, match="HEAD"):
        RESTStep("Partner", "HEAD", instance=instance)
    with pytest.raises(MockUsageError, match="retry policy 'x'"):
        RESTStep("Partner", retry_policy="x", instance=instance).policy()


def test_several_connections_go_by_their_order(make_partner: Callable[..., Instance]) -> None:
    """The lowest order counts, inactive ones are passed over, and a step may name one."""
    rows = (
        replace(BUILT, name="b", sys_id="b" * 32, order=200),
        BUILT,
        replace(BUILT, name="c", sys_id="c" * 32, order=1, active=False),
    )
    instance = make_partner(1, *rows)

    way = way_of(instance, instance.aliases[0])
    named = way_of(instance, instance.aliases[0], "b")

    assert way.connection is not None
    assert way.connection.name == "partner"
    assert named.connection is not None
    assert named.connection.name == "b"
    told = " ".join(decision.sentence for decision in way.decisions)
    assert "c is not active" in told
    assert "ASSUMED" in told


# Over real TLS


def test_a_soap_step_sends_the_certificate_of_the_connections_profile(
    serve: Callable[..., Any], make_partner: Callable[..., Instance], pki: Any
) -> None:
    """Envelope, action and test values are the function's, URL and certificate the connection's."""
    with serve() as provider:
        instance = make_partner(provider.port)
        exchange = SOAPStep("Partner", "CreateTicket", instance=instance).execute().exchange
        visit = provider.wait_for_visits(1)[0]

    assert exchange is not None
    assert exchange.ok
    assert "from the record" in exchange.request_body
    assert exchange.route is not None
    assert exchange.route.protocol_profile == "myhttps"
    assert visit.presented_chain[0] == pki["acme-client"].der
    assert exchange.to_json()["step"] == {"kind": "soap", "alias": "Partner", "connection": "partner"}
    assert exchange.outbound_http_log["source_table"] == "http_connection"


def test_without_its_url_builder_the_flag_means_nothing(
    serve: Callable[..., Any], make_partner: Callable[..., Instance]
) -> None:
    """The twin of the above: https is typed, Mutual authentication is ticked behind the hidden field, none is sent."""
    with serve() as provider:
        typed = replace(BUILT, url_builder=False, connection_url=f"https://localhost:{provider.port}/tickets")
        instance = make_partner(provider.port, typed)
        exchange = diagnosed(SOAPStep("Partner", "CreateTicket", instance=instance).place(), instance)
        provider.wait_for_visits(1)

    assert exchange.findings[0].rule == "connection-url-builder-off"
    assert "myhttps://" in exchange.findings[0].fix


class _Partner(BaseHTTPRequestHandler):
    """Answers with the statuses it was given, the last one again and again; keeps what it was asked."""

    answers: ClassVar[list[tuple[int, dict[str, str]]]]
    asked: ClassVar[list[tuple[str, str, str, dict[str, str]]]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.asked.append((self.command, self.path, body, dict(self.headers.items())))
        status, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def partner(*answers: tuple[int, dict[str, str]]) -> Iterator[tuple[int, type[_Partner]]]:
    """A plain HTTP partner: its port, and what it was asked."""
    kind = type("Partner", (_Partner,), {"answers": list(answers or ((200, {}),)), "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], kind
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plain(port: int, **changes: Any) -> HttpConnection:
    """A connection to a plain HTTP partner."""
    return replace(
        BUILT, url_builder=False, mutual_auth=False, connection_url=f"http://localhost:{port}/api/", **changes
    )


def test_a_rest_step_joins_base_url_path_and_query(make_partner: Callable[..., Instance]) -> None:
    """Duplicates of a query parameter and headers go out as they stand; the lock's URL takes the connection's place."""
    with partner() as (port, kind):
        instance = make_partner(1, plain(port))
        RESTStep(
            "Partner",
            "post",
            "/orders",
            query=[("a", "1 2"), ("a", "&")],
            body="{1}",
            headers={"X-Own": "yes"},
            instance=instance,
        ).execute()
        RESTStep("Partner", "GET", "x", base_url=f"http://localhost:{port}/other", instance=instance).execute()

    assert kind.asked[0][:3] == ("POST", "/api/orders?a=1%202&a=%26", "{1}")
    assert kind.asked[0][3]["X-Own"] == "yes"
    assert kind.asked[1][:2] == ("GET", "/other/x")


def test_credentials_of_the_connection(make_partner: Callable[..., Instance]) -> None:
    """Basic goes out; an inactive one and an API key do not; no password is shown anywhere."""
    rows = {
        "basic": BasicAuthCredential(name="user", user_name="acme", password=Secret("top-secret")),
        "inactive": BasicAuthCredential(name="user", user_name="acme", password=Secret("top-secret"), active=False),
        "key": ApiKeyCredential(name="user", api_key=Secret("top-secret")),
    }
    for what, row in rows.items():
        with partner((401, {})) as (port, kind):
            instance = make_partner(1, row, plain(port, credential="user"))
            exchange = diagnosed(RESTStep("Partner", instance=instance).place(), instance)
        assert ("Authorization" in kind.asked[0][3]) == (what == "basic")
        assert (exchange.findings[0].rule == "credential-not-active") == (what == "inactive")
        assert "top-secret" not in json.dumps(exchange.to_json()) + repr(exchange) + repr(instance)


# Retry policies


def _repeated(
    make: Callable[..., Instance],
    policy: SysRetryPolicy,
    *answers: tuple[int, dict[str, str]],
    properties: dict[str, str] | None = None,
) -> tuple[Exchange, int]:
    with partner(*answers) as (port, kind):
        instance = make(1, policy, plain(port))
        instance = instance.replace(instance.aliases[0], retry_policy=policy.sys_id)
        for name, value in (properties or {}).items():
            instance = instance.with_property(name, value)
        return RESTStep("Partner", instance=instance).place(), len(kind.asked)


@pytest.mark.parametrize(
    ("fields", "answers", "waits"),
    [
        ({"count": 3, "interval": 10, "retry_strategy": "exponential_backoff"}, [(429, {})], [10, 20, 40]),
        ({"count": 2, "interval": 5}, [(429, {})], [5, 5]),
        ({"count": 2, "interval": 5}, [(429, {}), (200, {})], [5]),
        ({"count": 2, "interval": 5}, [(500, {})], []),
        ({"count": None, "interval": 5}, [(429, {})], []),
        ({"count": 9, "retry_strategy": "retry_after"}, [(429, {"Retry-After": "7"}), (200, {})], [7]),
        ({"retry_strategy": "retry_after", "max_elapsed_time": 10}, [(429, {"Retry-After": "7"})], [7]),
        ({"retry_strategy": "retry_after"}, [(429, {"Retry-After": "soon"})], []),
        ({"retry_strategy": "retry_after"}, [(429, {})], []),
        ({"count": 2, "connection_type": "jdbc_retry_conditions"}, [(429, {})], []),
    ],
)
def test_a_retry_policy_repeats(
    make_partner: Callable[..., Instance],
    fields: dict[str, Any],
    answers: list[tuple[int, dict[str, str]]],
    waits: list[float],
) -> None:
    """Fixed, doubling and as the provider says; the exchange tells each try, and the provider sees each."""
    policy = SysRetryPolicy(name="r", condition="http_method=GET^status_code=429", **fields)

    exchange, asked = _repeated(make_partner, policy, *answers)

    assert asked == len(waits) + 1
    assert [one.after_seconds for one in exchange.executions[1:]] == waits
    assert len(exchange.attempts) == asked
    rows = exchange.to_json()["executions"]
    assert all(row["outbound_http_log"]["response_status"] in (200, 429) for row in rows)
    assert any("were not waited" in line for line in exchange.log) == bool(waits)


def test_a_policy_without_end_ends(make_partner: Callable[..., Instance]) -> None:
    """A million tries are a hundred; so are those of a provider that always says Retry-After: 0."""
    policy = SysRetryPolicy(name="r", condition="status_code=429", count=1_000_000)
    asking = replace(policy, retry_strategy="retry_after")
    answered = RESTStep("Partner", instance=make_partner(1)).place()
    answered = replace(answered, failure=None, response=Response(429, headers=(("Retry-After", "0"),)), executions=())

    for one in (policy, asking):
        assert again(make_partner(1), one, answered, MOST_TRIES - 1, 0.0) is not None
        assert again(make_partner(1), one, answered, MOST_TRIES, 0.0) is None


def test_without_a_count_the_property_counts(make_partner: Callable[..., Instance]) -> None:
    """`glide.fdih.retry.max_count`, 0 unless it is set (docs, retry-policy)."""
    policy = SysRetryPolicy(name="r", condition="status_code=429^ORstatus_codeLIKE5")

    _, asked = _repeated(make_partner, policy, (503, {}), properties={"glide.fdih.retry.max_count": "3"})

    assert asked == 4


@pytest.mark.parametrize(
    ("condition", "tries"),
    [("status_code!=200", 3), ("errorLIKEhandshake", 3), ("error=Connection Timeout", 1), ("status_codeLIKE5", 1)],
)
def test_a_refused_handshake_meets_a_condition_on_the_status(
    serve: Callable[..., Any],
    make_partner: Callable[..., Instance],
    pki: Any,
    condition: str,
    tries: int,
) -> None:
    """No answer is the status 0: each try is a visit of its own at the provider (ASSUMED, and the log says so)."""
    policy = SysRetryPolicy(name="r", condition=condition, count=2, interval=1)
    with serve(trust=(pki["unrelated-root"].pem(),)) as provider:
        instance = make_partner(provider.port, policy, BUILT)
        exchange = SOAPStep("Partner", "CreateTicket", retry_policy="r", instance=instance).place()
        visits = provider.wait_for_visits(tries)

    assert len(visits) == tries
    assert len(exchange.executions) == (tries if tries > 1 else 0)
    assert any("ASSUMED" in one.because for one in exchange.executions) == (tries > 1)
    ports = [attempt.local_port for attempt in exchange.attempts]
    assert sorted(filter(None, ports)) == sorted(visit.peer[1] for visit in visits)


@pytest.mark.parametrize(
    ("release", "vault", "rule"),
    [
        ("xanadu", False, "mid-keystore-missing"),
        ("xanadu", True, "mid-external-store"),
        ("washingtondc", False, "connection-through-mid-server"),
    ],
)
def test_a_mid_protocol_profile(make_partner: Callable[..., Instance], release: str, vault: bool, rule: str) -> None:
    """From Xanadu on its keystore counts, unless a vault has the password; before, nobody reads it, which is told."""
    profile = MidProtocolProfile(protocol="midhttps", keystore_path="gone.jks", external_credential_store=vault)
    agent = EccAgent(name="mid-1")
    through = replace(BUILT, use_mid=True, mid_server="mid-1", mid_protocol_profile="midhttps")
    instance = make_partner(1, agent, profile, through).with_release(release)

    exchange = diagnosed(SOAPStep("Partner", "CreateTicket", instance=instance).place(), instance)

    assert exchange.failure is not None
    assert exchange.route is not None
    if rule == "mid-keystore-missing":
        assert str(exchange.failure.java[0]) == "java.io.FileNotFoundException: gone.jks (No such file or directory)"
    assert exchange.findings[0].rule == rule
    assert exchange.route.url.startswith("midhttps://" if release == "xanadu" else "myhttps://")
    assert any("knows no MID Protocol Profile" in line for line in exchange.route.because) == (release != "xanadu")


@pytest.mark.parametrize(("path", "found"), [("mid.jks", True), ("../mid.jks", False), ("/absolute/mid.jks", False)])
def test_a_mid_keystore_is_read_within_the_folder_only(
    make_partner: Callable[..., Instance], pki: Pki, tmp_path: Path, path: str, found: bool
) -> None:
    """A path that leads out of the instance folder finds nothing, whatever lies there."""
    (tmp_path / "instance").mkdir()
    for place in (tmp_path, tmp_path / "instance"):
        (place / "mid.jks").write_bytes(write_keystore(pki, KeystoreSpec()))
    profile = MidProtocolProfile(protocol="midhttps", keystore_path=path, password=Secret(LAB_PASSWORD))
    instance = replace(make_partner(1, profile), folder=tmp_path / "instance")

    opened = KeystoreShelf(instance).on_host(profile)

    assert isinstance(opened, Failure) is not found


@pytest.mark.parametrize("signs", [True, False])
def test_a_soap_step_leaves_the_function_s_ws_security_alone(
    make_partner: Callable[..., Instance], signs: bool
) -> None:
    """The step has a WS-Security Policy of its own, which is not simulated: its log says so."""
    instance = make_partner(1)
    if signs:
        instance = instance.replace(instance.soap_functions[0], ws_security_type="x509")

    exchange = SOAPStep("Partner", "CreateTicket", instance=instance).place()

    assert any("WS-Security Policy, which is not simulated" in line for line in exchange.log) is signs


def test_a_connection_has_a_connect_timeout_of_its_own(make_partner: Callable[..., Instance]) -> None:
    """Milliseconds; without one the instance's property counts."""
    instance = make_partner(1, replace(BUILT, connection_timeout=1234))
    assert RESTStep("Partner", instance=instance).outbound_call().connect_timeout_ms == 1234
    assert RESTStep("Partner", instance=make_partner(1)).outbound_call().connect_timeout_ms is None
