"""Expanded names, `{namespace}local`, taken apart as they are: a stranger's need not be a name of XML."""

from __future__ import annotations


def parted(name: str) -> tuple[str, str]:
    """Namespace, which may be empty, and local name."""
    namespace, _, local = name.rpartition("}")
    return namespace.removeprefix("{"), local
