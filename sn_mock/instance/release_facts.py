"""The facts a release is described by: what each one means, and which values it can take.

`[quirks]` in an instance file may override any of them; its values are checked against this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.lang import jdk

TLS_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """A fact's name, its meaning, and its domain."""

    name: str
    meaning: str
    kind: type
    choices: tuple[Any, ...] = ()
    """Empty: any value of the kind. For tuples: the allowed members, and the order they are kept in."""
    strangers: str = ""
    """For tuples: a pattern of further members, which the fact's reader judges."""
    reader: Callable[[Any], object] | None = None
    """What reads the value, and raises MockUsageError (`<name> must be …`) for one that it does not know."""

    def problem(self, value: object) -> str | None:
        """Why `value` cannot be this fact's value; None when it can."""
        if self.reader is not None:
            return self._refused(value)
        if self.kind is tuple:
            if not isinstance(value, list | tuple) or not value:
                return f"must be a list out of {_listed(self.choices)}"
            strangers = [item for item in value if item not in self.choices and not self._passes(item)]
            return f"knows {_listed(self.choices)}, not {strangers[0]!r}" if strangers else None
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            return f"must be {_listed(self.choices)}" if self.choices else f"must be {_KIND_WORDS[self.kind]}"
        if self.choices and value not in self.choices:
            return f"must be {_listed(self.choices)}, not {value!r}"
        if self.kind is int and not self.choices and isinstance(value, int) and value < 0:
            return "must not be negative"
        return None

    def coerce(self, value: object) -> Any:
        """The value as facts carry it: lists become tuples, in the order of the choices and without duplicates."""
        if not isinstance(value, list | tuple):
            return value
        given = dict.fromkeys(value)
        return (
            *(item for item in self.choices if item in given),
            *(item for item in given if item not in self.choices),
        )

    def _refused(self, value: object) -> str | None:
        assert self.reader is not None
        try:
            self.reader(value)
        except MockUsageError as error:
            return str(error).removeprefix(f"{self.name} ")
        return None

    def _passes(self, item: object) -> bool:
        return bool(self.strangers) and isinstance(item, str) and re.fullmatch(self.strangers, item) is not None


_KIND_WORDS = {bool: "true or false", int: "a whole number", str: "a text"}


def _listed(values: tuple[Any, ...]) -> str:
    return " or ".join(repr(value) for value in values)


_DEFINITIONS = (
    FactDefinition(
        "java",
        "Java generation of the instance's runtime, or an update of one such as `8u301` or `17.0.19`, which a number "
        "alone does not mean ([java-texts.md](java-texts.md#java-generations)); decides exception texts, "
        "keystores that can be read, and defaults of JSSE.",
        int,
        reader=jdk.named,
    ),
    FactDefinition(
        "key_manager",
        "The KeyManagerFactory algorithm that chooses among several keys.",
        str,
        ("SunX509", "NewSunX509"),
    ),
    FactDefinition(
        "http_client",
        "The HTTP library. `+telemetry` looks at the provider's certificates right after connecting, which turns a "
        "refused handshake into `Socket is closed`.",
        str,
        ("commons-httpclient-3.1", "commons-httpclient-3.1+telemetry", "httpclient-4.5", "urlconnection"),
    ),
    FactDefinition("protocol_profiles", "Whether the table sys_protocol_profile exists.", bool),
    FactDefinition(
        "scheme_rewrite",
        "Whether the endpoint's scheme is replaced by the profile's name when mutual authentication is on; where it is "
        "not, `<profile>://` has to be typed in the endpoint.",
        bool,
    ),
    FactDefinition(
        "legacy_properties",
        "What `glide.httpclient.protocol.<name>.class`/`.port` do next to a protocol profile of that name: `win` (the "
        "property's socket factory is used, with all active keystores in row order) or `ignored`.",
        str,
        ("win", "ignored"),
    ),
    FactDefinition(
        "plain_https_keystores",
        "Which keystores a plain https call without profile offers.",
        str,
        ("none", "all_active"),
    ),
    FactDefinition(
        "profile_source",
        "Where flag and profile are read: `function` (the function's own; the message's where the function sets none) "
        "or `message` (the message's only).",
        str,
        ("function", "message"),
    ),
    FactDefinition("https_profile_name", "Whether a profile may be called https.", str, ("allowed", "forbidden")),
    FactDefinition(
        "several_profiles",
        "With several protocol profiles: `by_name` (each serves its own scheme) or `first_wins` (the one registered "
        "first serves them all).",
        str,
        ("by_name", "first_wins"),
    ),
    FactDefinition(
        "uppercase_keystore_filename",
        "What becomes of a keystore whose file name has a capital letter: `used`, or `ignored` (the call goes on with "
        "whatever else is active).",
        str,
        ("used", "ignored"),
    ),
    FactDefinition(
        "pkcs12_keystores",
        "Keystores of type pkcs12_key_store: `documented` and `discouraged` load, `refused` ones do not.",
        str,
        ("documented", "discouraged", "refused"),
    ),
    FactDefinition(
        "keystore_cache",
        "Whether a keystore file that was removed or replaced can still be in use.",
        bool,
    ),
    FactDefinition("mid_mutual_auth", "Whether a call through a MID Server can present a client certificate.", bool),
    FactDefinition(
        "mid_java",
        "Java generation of the MID Server's own runtime, or an update of one such as `17.0.12`; decides the texts and "
        "the keystores of calls that go through it.",
        int,
        reader=jdk.named,
    ),
    FactDefinition(
        "sni",
        "Whether the client can send the host name (SNI); where it can, `glide.outbound.tls_sni.enabled` decides.",
        bool,
    ),
    FactDefinition(
        "tls_versions",
        "TLS versions offered with `com.glide.communications.disable.deprecated.tls` at its default; set to false, "
        "TLSv1 and TLSv1.1 are offered too. The order does not matter; a version that Java disables (SSLv3) is not "
        "offered, and one that it does not know (TLSv9) is its IllegalArgumentException.",
        tuple,
        TLS_VERSIONS,
        strangers=r"(SSL|TLS)v[0-9.]+",
    ),
    FactDefinition(
        "verify_hostname",
        "Default of `com.glide.communications.httpclient.verify_hostname`.",
        bool,
    ),
    FactDefinition(
        "trust_all",
        "Default of `com.glide.communications.trustmanager_trust_all` (any provider certificate passes; only where the "
        "host name is not verified).",
        bool,
    ),
    FactDefinition(
        "verify_revoked_certificate",
        "Whether the provider's certificate is checked for revocation by default (property "
        "`com.glide.communications.httpclient.verify_revoked_certificate`).",
        bool,
    ),
    FactDefinition("connect_timeout_ms", "Default of `glide.http.connection_timeout`, milliseconds.", int),
    FactDefinition("socket_timeout_ms", "Default of `glide.http.timeout`, milliseconds.", int),
    FactDefinition(
        "warn_days_minimum", "Smallest effective `warn_in_days_to_expire` of a certificate; 0 where there is none.", int
    ),
)

FACTS: Mapping[str, FactDefinition] = {definition.name: definition for definition in _DEFINITIONS}
"""Every release fact by name, in the order the release page prints them."""
