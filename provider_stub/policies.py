"""Policies as a whole: read from a file, checked with the service they name, turned into that service.

The one module that knows policy, SOAP, tokens and gateway. lxml is imported only when a WSDL is really read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from provider_stub.http.service import Service
from provider_stub.policy.material import Material
from provider_stub.policy.material import load as load_material
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.soap.loading import TICKETS_PATH, FixedStatus, TicketDesk, problems, read_service
from provider_stub.tokens.problems import problems as problems_of_tokens


class ProviderPolicy(Policy):
    """What one provider demands of its clients, as a value or from a file. Change it with `dataclasses.replace`."""

    __slots__ = ()

    @classmethod
    def from_toml(cls, path: str | Path) -> ProviderPolicy:
        """Read and check a policy file.

        Raises:
            PolicyError: with every problem, in the file's structure and in the files it names.
        """
        from provider_stub.policy import toml_file

        policy, wrong = toml_file.read(Path(path), plain=cls())
        wrong += [PolicyProblem(problem.key, problem.message, str(path)) for problem in problems_in(policy, wrong)]
        if wrong:
            raise PolicyError(wrong)
        return policy


def load(policy: Policy) -> Material:
    """Read and check everything the policy names, the service included.

    Raises:
        PolicyError: with every problem; nothing has been started.
    """
    return load_material(policy, also=lambda one: [*problems(one), *problems_of_tokens(one)])


def service_for(material: Material) -> Service:
    """The service a provider with this policy answers with."""
    policy = material.policy
    inner: Service
    if policy.forward_to is not None:
        from provider_stub.gateway.forwarding import Forwarder

        inner = Forwarder(policy.forward_to, policy.certificate_header)
    elif policy.wsdl is None and policy.responses is None:
        inner = TicketDesk(policy)
    else:
        inner = read_service(policy)[0]
    if policy.token_endpoint is not None:
        from provider_stub.tokens.desk import TokenDesk

        inner = TokenDesk(inner, material)
    if policy.http_status is not None:
        inner = FixedStatus(policy.http_status, fault=policy.http_fault, path=getattr(inner, "path", TICKETS_PATH))
    if material.ws_security is not None:
        from provider_stub.soap.ws_security import SecurityCheck

        inner = SecurityCheck(inner, material, material.ws_security)
    rules = material.pins or material.subjects or policy.require_ca_signed or material.trust or material.leaves
    if policy.plain_http and rules and policy.client_auth != "none":
        from provider_stub.gateway.forwarding import HeaderCheck

        inner = HeaderCheck(inner, material)
    return inner


def problems_in(policy: Policy, known: Sequence[PolicyProblem] = ()) -> list[PolicyProblem]:
    """Everything `load` finds wrong, except with keys that are `known` to be wrong already."""
    keys = {problem.key.partition("[")[0] for problem in known}
    try:
        load(policy)
    except PolicyError as errors:
        return [problem for problem in errors.problems if problem.key.partition("[")[0] not in keys]
    return []
