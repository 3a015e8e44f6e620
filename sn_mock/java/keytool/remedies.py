"""The commands that mend a keystore, as they are typed: one of keytool's does for every kind of trouble.

From the type JKS, `keytool -importkeystore` reads JKS and PKCS#12 alike and asks for the password of a key that has one
of its own; from the type PKCS12 it asks for none and ignores -srckeypass, and -keypasswd knows no PKCS#12 at all. A JKS
is read by every Java, and one with both passwords given has one password. Measured on keytool 8u504, 11.0.13, 17 and
21; that of 8u252 does not read the files of newer tools.

keytool writes no password of fewer than 6 characters, and reads any, an empty one as an argument only (an empty answer
is none at all to it); openssl and other tools write them all. Measured on keytool 8u504, 11.0.13, 17.0.15 and 21.0.8.
"""

from __future__ import annotations

from guarded.regex import regex

FILE = "FILE"
"""Stands for the name of a file that is not known, or cannot be typed in every shell."""

_PLAIN = regex(r"[A-Za-z0-9_.][A-Za-z0-9_.+,@=-]*")
_QUOTABLE = regex(r"[^\W_][^\"$`\\!%\x00-\x1f\x7f]*")


def quoted(name: str) -> str:
    """The file's name for a command line, in a shell of Unix or Windows alike; FILE where it is none for both."""
    if _PLAIN.fullmatch(name):
        return name
    return f'"{name}"' if _QUOTABLE.fullmatch(name) else FILE


SHORTEST_PASSWORD = 6
"""Characters that keytool asks of a password that it writes."""


def conversion(file: str = FILE, content: str = "", password: str | None = None) -> str:
    """Into a JKS with one password that every Java reads; `content` and the store's `password` where they are known."""
    source = "JCEKS" if content == "JCEKS" else "JKS"
    target = "new2.jks" if file.lower() == "new.jks" else "new.jks"
    empty = ' -srcstorepass ""' if password == "" else ""
    return (
        f"`keytool -importkeystore -srckeystore {quoted(file)} -srcstoretype {source}{empty} -destkeystore {target} "
        f"-deststoretype JKS -deststorepass PASSWORD -destkeypass PASSWORD` (PASSWORD: {_to_give(password)}; keytool "
        "of Java 8u301, 11.0.12, 17 or later)"
    )


def _to_give(password: str | None) -> str:
    if password is None or len(password) >= SHORTEST_PASSWORD:
        return "the store's"
    asked = ", and only asks for the old one" if password else ""
    return (
        f"a new one of {SHORTEST_PASSWORD} or more characters, to be put on the record, too, for keytool writes no "
        f"shorter one{asked}"
    )


EXPORT = "`openssl pkcs12 -export -legacy -inkey KEY.pem -in CHAIN.pem -out new.p12 -passout pass:PASSWORD`"
"""A PKCS#12 of PEM files that every Java reads; OpenSSL before 3 wants it without -legacy."""


def for_older_java(file: str = FILE, password: str | None = None) -> str:
    """What mends a keystore of a newer tool on every release."""
    return f"Convert it with {conversion(file, password=password)}, or make it again with {EXPORT}"


ATTACHED_AS = "in place of the old file, with the type Java Key Store"
"""How the outcome is attached: under this type every Java reads a JKS, and such a PKCS#12, too."""


def remade(file: str = FILE) -> str:
    """Of a file that no keytool opens: a PKCS#12 of another encryption, seal and password, read by every Java."""
    source = quoted(file)
    target = "new2.p12" if file.lower() == "new.p12" else "new.p12"
    return (
        f"`openssl pkcs12 -in {source} -legacy -nodes -out all.pem`, then `openssl pkcs12 -export -legacy -in all.pem "
        f"-out {target} -passout pass:PASSWORD` (PASSWORD: the store's, of ASCII letters and digits; openssl asks for "
        "the old one; before OpenSSL 3 without -legacy; where openssl does not know the MAC either, the first with "
        "-nomacver). Delete all.pem: the key in it is open"
    )
