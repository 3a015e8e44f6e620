"""The test values of a message's variables: what its Test related link, and a call without parameters, puts in.

Rows of sys_soap_message_parameters and sys_rest_message_fn_parameters (base-system script includes SOAPMessageGenerator
and RESTMessageGenerator): values of type string are escaped, all others stand as they are.
"""

from __future__ import annotations

from dataclasses import replace

from sn_mock.instance import Instance, SysRestMessageFunction, SysSoapMessageFunction
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.routing.outbound_call import OutboundCall


def with_test_values(instance: Instance, call: OutboundCall) -> OutboundCall:
    """The call with its endpoint's variables replaced, as far as the records have values for them."""
    function = instance.get(call.source_table, call.source_record) if call.source_table else None
    rows: tuple[tuple[str, str, str], ...] = ()
    if isinstance(function, SysRestMessageFunction):
        rows = tuple((row.name, row.value, row.type) for row in instance.rest_variables_of(function))
    elif isinstance(function, SysSoapMessageFunction):
        rows = tuple((row.name, row.value, row.type) for row in instance.parameters(function))
    values = {name: envelope.escape(value) if kind == "string" else value for name, value, kind in rows if value}
    return replace(call, endpoint=envelope.substitute(call.endpoint, values))
