"""The one list of texts: what tickets and logs quote, whoever wrote it, and what each text means on whose side."""

from __future__ import annotations

from functools import cache

from sn_mock.diagnosis.texts import index
from sn_mock.diagnosis.texts.alerts import ALERTS
from sn_mock.diagnosis.texts.answers import ANSWERS
from sn_mock.diagnosis.texts.derived import class_rows, java_rows, keystore_row, refusal_rows
from sn_mock.diagnosis.texts.fips import FIPS
from sn_mock.diagnosis.texts.first_octets import FIRST_OCTETS
from sn_mock.diagnosis.texts.keystores import KEYSTORES, KEYTOOL
from sn_mock.diagnosis.texts.libraries import LIBRARIES
from sn_mock.diagnosis.texts.model import KnownText
from sn_mock.diagnosis.texts.network import NETWORK
from sn_mock.diagnosis.texts.openssl import NONE_CAME, OPENSSL
from sn_mock.diagnosis.texts.products import PRODUCTS
from sn_mock.diagnosis.texts.servicenow import BROWSERS, HARMLESS, SERVICENOW
from sn_mock.diagnosis.texts.translations import translated
from sn_mock.diagnosis.texts.trust import TRUST
from sn_mock.diagnosis.texts.unreadable import BROKEN_ANSWERS, BROKEN_TLS
from sn_mock.diagnosis.texts.windows import WINDOWS
from sn_mock.diagnosis.texts.windows_codes import WINDOWS_CODES
from sn_mock.diagnosis.texts.ws_security import WS_SECURITY

WRITTEN: tuple[KnownText, ...] = (
    *ALERTS,
    *TRUST,
    *KEYSTORES,
    *FIRST_OCTETS,
    *FIPS,
    *KEYTOOL,
    *NETWORK,
    *BROKEN_ANSWERS,
    *BROKEN_TLS,
    *OPENSSL,
    *NONE_CAME,
    *PRODUCTS,
    *LIBRARIES,
    *WINDOWS,
    *WINDOWS_CODES,
    *SERVICENOW,
    *WS_SECURITY,
    *BROWSERS,
    *HARMLESS,
    *ANSWERS,
)
"""Rows that were written by hand."""


@cache
def known_texts() -> tuple[KnownText, ...]:
    """Every row: the written ones, and those made from the tables of what this project prints."""
    tables = index.load()
    return (
        *WRITTEN,
        *translated(WRITTEN),
        *java_rows(tables.java_texts),
        *class_rows(tables.java_texts),
        keystore_row(tables.keystore_texts),
        *refusal_rows(),
    )
