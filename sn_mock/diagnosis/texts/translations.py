"""Texts that a program writes in the language of its user: keytool's own, and the system errors that Java hands on.

A row that knows the English text knows the translation, too. Java's other exceptions are English everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sn_mock.diagnosis.reading.words import phrase
from sn_mock.diagnosis.texts.model import KnownText

GERMAN: Mapping[str, str] = {
    "Exception: Alias … does not exist": "Exception: Alias … ist nicht vorhanden",
    "Alias … has no key": "Alias … verfügt über keinen Schlüssel",
    "Certificate not imported, alias … already exists": "Zertifikat nicht importiert. Alias … ist bereits vorhanden",
    "Key pair not generated, alias … already exists": "Schlüsselpaar wurde nicht generiert. Alias … ist bereits"
    " vorhanden",
    "Failed to establish chain from reply": "Kette konnte der Antwort nicht entnommen werden",
    "Certificate reply does not contain public key for": "Zertifikatantwort enthält keinen Public Key für",
    "Public keys in reply and keystore don't match": "Public Keys in Antwort und Keystore stimmen nicht überein",
    "Certificate reply and certificate in keystore are identical": "Zertifikatantwort und Zertifikat in Keystore sind"
    " identisch",
    "Input not an X.509 certificate": "Eingabe kein X.509-Zertifikat",
    "Keystore file does not exist": "Keystore-Datei ist nicht vorhanden",
    "Keystore file exists, but is empty": "Keystore-Datei ist vorhanden, ist aber leer",
    "Keystore password must be at least 6 characters": "Keystore-Kennwort muss mindestens sechs Zeichen lang sein",
    "New password must be at least 6 characters": "Neues Kennwort muss mindestens sechs Zeichen lang sein",
    "ECONNREFUSED": "Verbindungsaufbau abgelehnt",
    "Connection reset by peer": "Die Verbindung wurde vom Kommunikationspartner zurückgesetzt",
    "Broken pipe": "Datenübergabe unterbrochen",
    "ETIMEDOUT": "Die Wartezeit für die Verbindung ist abgelaufen",
    "No route to host": "Keine Route zum Zielrechner",
    "Network is unreachable": "Das Netzwerk ist nicht erreichbar",
    "Name or service not known": "Der Name oder der Dienst ist nicht bekannt",
    "Temporary failure in name resolution": "Temporärer Fehler bei der Namensauflösung",
}
"""English to German: keytool's resources in JDK 17 (measured), glibc's messages (its catalogue)."""

_TRANSLATED = {phrase(english): phrase(german) for english, german in GERMAN.items()}


def translated(rows: Iterable[KnownText]) -> Iterator[KnownText]:
    """The rows, each with the translations of its phrases."""
    for row in rows:
        more = tuple(_TRANSLATED[one] for one in row.phrases if one in _TRANSLATED)
        yield replace(row, phrases=(*row.phrases, *more)) if more else row
