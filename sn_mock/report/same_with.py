"""The same call with the tools that everybody has: keytool, openssl s_client, curl (KB0696599 debugs with these)."""

from __future__ import annotations

from shlex import quote

from sn_mock.exchange import Exchange
from sn_mock.java.lang.addresses import is_address
from sn_mock.masking import without_password

_LEFT_TO_CURL = frozenset({"host", "content-length", "user-agent", "authorization", "proxy-authorization"})


def same_with(exchange: Exchange) -> tuple[str, ...]:
    """Command lines for a shell; () for a call without TLS or without a host.

    KEYSTORE.jks is the file of the instance's record, ca.pem the CA of the provider, request.xml the request's body.
    """
    route = exchange.route
    if route is None or not route.host or route.scheme == "http":
        return ()
    alias = exchange.key_choice.alias if exchange.key_choice and exchange.key_choice.alias else None
    lines = []
    if route.keystores:
        named = f" -alias {quote(alias)}" if alias else ""
        source = f"-srckeystore KEYSTORE.jks{f' -srcalias {quote(alias)}' if alias else ''}"
        lines += [
            f"# KEYSTORE.jks: the file of {' or '.join(route.keystores)}; ca.pem: the CA of the provider's certificate",
            f"keytool -list -v -keystore KEYSTORE.jks{named}",
            f"keytool -importkeystore {source} -destkeystore client.p12 -deststoretype PKCS12",
            "openssl pkcs12 -in client.p12 -nodes -out client.pem",
        ]
    with_key = " -cert client.pem -key client.pem" if route.keystores else ""
    host = f"[{route.host}]" if ":" in route.host else route.host
    place = quote(f"{host}:{route.port}")
    version = {"TLSv1.2": " -tls1_2", "TLSv1.3": " -tls1_3"}.get(exchange.tls.version if exchange.tls else "", "")
    lines.append(f"openssl s_client -connect {place}{_name(route.host)}{version}{with_key} -CAfile ca.pem </dev/null")
    headers = "".join(
        f" -H {quote(f'{name}: {value}')}"
        for name, value in exchange.request_headers
        if name.lower() not in _LEFT_TO_CURL
    )
    key = " --cert client.pem" if route.keystores else ""
    body = " --data-binary @request.xml" if exchange.request_body else ""
    url = quote(f"https://{host}:{route.port}{without_password(route.path)}")
    lines.append(f"curl -v -X {exchange.method}{key} --cacert ca.pem{headers}{body} {url}")
    return tuple(lines)


def _name(host: str) -> str:
    return "" if is_address(host) else f" -servername {quote(host)}"
