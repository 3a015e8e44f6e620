"""A message by its name, of whichever kind the instance's record is."""

from __future__ import annotations

from typing import Unpack

from sn_mock.instance import Instance
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.rest_message import RESTMessageV2
from sn_mock.outbound.messages.session import session_for
from sn_mock.outbound.messages.soap_message import SOAPMessageV2


def kind_of(message: str, instance: Instance) -> type[SOAPMessageV2 | RESTMessageV2]:
    """Which of the two a name means: the SOAP message, or the REST message where there is that one only."""
    rest = instance.soap_message(message) is None and instance.rest_message(message) is not None
    return RESTMessageV2 if rest else SOAPMessageV2


def named_message(
    message: str, function: str, *, instance: Instance | None = None, **where: Unpack[Where]
) -> SOAPMessageV2 | RESTMessageV2:
    """The SOAP message of that name, else the REST message, with the test values of its record.

    `instance` is as in `SOAPMessageV2`; `function` is the SOAP function or the REST method. Raises UnknownMessageError
    where there is neither.
    """
    kind = kind_of(message, instance or session_for(None).instance)
    found = kind(message, function, instance=instance, **where)
    found.apply_test_values()
    return found
