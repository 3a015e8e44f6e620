"""Reading a JCEKS file, which may also hold secret keys in Java serialisation; the reader takes JKS files too."""

from __future__ import annotations

from sn_mock.java.keystore.entries import Entry, Protection
from sn_mock.java.keystore.jks import sun_store
from sn_mock.java.keystore.jks.jks import as_enumerated
from sn_mock.java.keystore.jks.sealed_objects import read_sealed_object
from sn_mock.java.lang.jdk import Jdk

_MAGICS = frozenset({sun_store.JKS_MAGIC, sun_store.JCEKS_MAGIC})


def read(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    """The entries in the order of `aliases()`; raises the JDK's exceptions."""
    return as_enumerated(sun_store.read(data, password, _MAGICS, java, read_sealed_object), Protection.JCEKS, java)
