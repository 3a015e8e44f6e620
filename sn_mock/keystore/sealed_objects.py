"""Secret keys of a JCEKS: a `SealedObject` in Java serialisation, of which only the sealed octets are wanted."""

from __future__ import annotations

from sn_mock.keystore.data_input import DataInput


def read_sealed_object(source: DataInput) -> bytes:
    """The serialised object."""
    raise NotImplementedError
