"""Fetching a document with an instance's own means: how a WSDL behind mutual authentication is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.masking import without_password
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.rest_message import RESTMessageV2


def fetcher(folder: Path, profile: str | None = None, **where: Unpack[Where]) -> Callable[[str], bytes]:
    """A function that gets a URL as the instance in `folder` would, with its protocol profile `profile` if given.

    It raises MockUsageError for an answer other than 200, in Java's words where there was none. A folder that is not
    there yet counts as an instance without records.
    """
    instance = Instance.load(folder) if (folder / "instance.toml").exists() else Instance()

    def fetch(url: str) -> bytes:
        request = RESTMessageV2(instance=instance, **where)
        request.setHttpMethod("get")
        request.setEndpoint(url)
        if profile:
            request.setMutualAuth(profile)
        response = request.execute()
        if response.getStatusCode() != 200:
            why = response.getErrorMessage() or f"status {response.getStatusCode()}"
            raise MockUsageError(f"{without_password(url)} was not fetched: {why}")
        return response.getBody().encode("utf-8")

    return fetch
