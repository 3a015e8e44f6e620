"""What of a policy's tokens cannot be: known before there is a desk that works with them."""

from __future__ import annotations

from provider_stub.policy.forms import FormError, resolved_password
from provider_stub.policy.model import Policy


def problems(policy: Policy) -> list[tuple[str, str]]:
    """What is wrong with a policy's tokens, as (key, message)."""
    wrong: list[tuple[str, str]] = []
    path = policy.token_endpoint
    if path is not None and not (path.startswith("/") and path.isascii() and path.isprintable() and " " not in path):
        wrong.append(("token_endpoint", f'must be a path such as "/oauth/token", not {path!r}'))
    if path is None and policy.token_required:
        wrong.append(("token_required", 'needs a token_endpoint, e.g. token_endpoint = "/oauth/token"'))
    for key in ("token_clients", "token_users"):
        for name, secret in getattr(policy, key).items():
            try:
                resolved_password(secret)
            except FormError as error:
                wrong.append((f"{key}.{name}", str(error)))
    return wrong
