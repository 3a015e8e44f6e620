"""`OtherInstance`: what stands behind another instance's front door, as far as certificate-based authentication goes.

The front door itself is the provider's policy (`personality = "snow_adc"`): it asks for a certificate or not, and
verifies it. Behind it the mapping decides; who is let in gets a list of incidents.
"""

from __future__ import annotations

import json

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from sn_mock.instance import Instance, SysUserCertificate
from sn_mock.instance.inbound_records import CHALLENGE, NOT_AUTHENTICATED
from sn_mock.lab.pki import Pki
from sn_mock.outbound.credentials.mapped import mapped

_JSON = "application/json;charset=UTF-8"
_INCIDENTS = {"result": [{"number": "INC0010001", "short_description": "Printer on fire"}]}


class OtherInstance:
    """A provider's service; `instance` may be changed at any time."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def answer(self, request: Request, caller: Caller) -> Response:
        """The incidents for a mapped certificate, else the 401 of an instance (REPORTED)."""
        del request
        chain = caller.chain
        if chain and mapped(self.instance, chain[0]) is not None:
            return Response(200, json.dumps(_INCIDENTS).encode(), _JSON)
        message, detail = NOT_AUTHENTICATED
        refusal = {"error": {"message": message, "detail": detail}, "status": "failure"}
        return Response(401, json.dumps(refusal).encode(), _JSON, (("WWW-Authenticate", CHALLENGE),))


def with_mappings(identities: tuple[str, ...], pki: Pki) -> Instance:
    """An instance that maps the certificates of these identities to a user each."""
    rows = (SysUserCertificate(name=name, user=name, pem_certificate=pki[name].pem(1)) for name in identities)
    return Instance(name="other", user_certificates=tuple(rows))
