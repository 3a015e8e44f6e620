"""The JSON Schemas beside the examples, as `sn-mock schema` prints them: what their `#:schema` lines point at."""

import json

from provider_stub.policy.json_schema import policy_schema
from sn_mock.instance.json_schema import instance_schema


def instance_schema_file() -> str:
    """Of instance.toml."""
    return json.dumps(instance_schema(), indent=2, ensure_ascii=False) + "\n"


def policy_schema_file() -> str:
    """Of a provider's policy."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"
