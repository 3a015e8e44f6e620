"""The variables of a function, with the values that its Test begins with."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.instance import Instance, Record, SysRestMessageFunction, SysSoapMessage, SysSoapMessageFunction
from sn_mock.lab.partner import wsdl_of
from sn_mock.lab.sample_values import sample_values
from sn_mock.outbound.calls.envelope import variables


@dataclass(frozen=True, slots=True)
class Variable:
    """One `${variable}`."""

    name: str
    value: str
    """The record's test value, else a sample of its type."""
    sample: bool = False
    """The record has no value; this one was made from the WSDL."""


def variables_of(instance: Instance, function: Record) -> tuple[Variable, ...]:
    """Those of its text and endpoint, in order; () for what is no function."""
    if isinstance(function, SysSoapMessageFunction):
        names = variables(function.soap_endpoint + function.envelope)
        values = {row.name: row.value for row in instance.parameters(function)}
        message = instance.get("sys_soap_message", function.soap_message)
        missing = any(not values.get(name) for name in names)
        wsdl = wsdl_of(instance, message) if isinstance(message, SysSoapMessage) and missing else None
        samples = sample_values(wsdl, function.envelope) if wsdl else {}
    elif isinstance(function, SysRestMessageFunction):
        names = variables(function.rest_endpoint + function.content)
        values = {row.name: row.value for row in instance.rest_variables_of(function)}
        samples = {}
    else:
        return ()
    return tuple(
        Variable(name, values[name]) if values.get(name) else Variable(name, samples.get(name, ""), name in samples)
        for name in names
    )
