"""What forms call things: labels of choices and of fields, as people read them off a screen and type them.

Labels: ServiceNow docs (`t_UploadACertificateToAnInstance`, `t_CreateAProtocolProfile`, `c_SOAPMessage`,
`t_WebServiceSecurity`), KB0696599.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

CHOICES: Mapping[str, Mapping[str, str]] = {
    "type": {
        "java key store": "key_store",
        "java keystore": "key_store",
        "jks": "key_store",
        "pkcs12 key store": "pkcs12_key_store",
        "pkcs#12 key store": "pkcs12_key_store",
        "pkcs12 keystore": "pkcs12_key_store",
        "pkcs12": "pkcs12_key_store",
        "trust store cert": "trust_store",
        "trust store certificate": "trust_store",
        "trusted certificate": "trust_store",
    },
    "authentication_type": {
        "no authentication": "no_authentication",
        "basic": "basic",
        "inherit from parent": "inherit_from_parent",
        "oauth 2.0": "oauth2",
    },
    "ws_security_type": {"username": "username", "x.509": "x509"},
}
"""Field → label in lower case → value."""

FIELDS: Mapping[str, str] = {
    "java key store": 'type = "key_store"',
    "pkcs12 key store": 'type = "pkcs12_key_store"',
    "trust store cert": 'type = "trust_store"',
    "key store password": "key_store_password",
    "keystore password": "key_store_password",
    "password": "key_store_password",
    "pem certificate": "pem_certificate",
    "certificate": "pem_certificate",
    "protocol name": "protocol",
    "endpoint": "soap_endpoint",
    "soap endpoint": "soap_endpoint",
    "soap action": "soap_action",
    "function": "function_name",
    "function name": "function_name",
    "enable mutual authentication": "enable_mutual_auth",
    "use mutual authentication": "enable_mutual_auth",
    "key store": "keystore",
    "use mid server": "use_mid_server",
    "mid server": "use_mid_server",
    "ws security x.509 profile": "ws_security_x509_profile",
}
"""Labels that are not just the field's name with blanks → the field."""


def plain(text: str) -> str:
    """A label without its case, its underscores and what stands around it."""
    return re.sub(r"[\s_\-]+", " ", text).strip(" :*").lower()


def choice_value(field: str, text: str) -> str | None:
    """The value behind a choice's label; None where the text is no label of that field."""
    return CHOICES.get(field, {}).get(plain(text))


def field_named(label: str, fields: Iterable[str]) -> str | None:
    """The field that a form's label means, among these; None where none does."""
    known = {plain(name): name for name in fields}
    asked = plain(label)
    named = FIELDS.get(asked)
    return known.get(asked) or (named if named is not None and named.partition(" ")[0] in known.values() else None)
