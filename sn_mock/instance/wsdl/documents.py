"""Loading a WSDL and everything it imports: from files, or through a given `fetch`.

A WSDL from disk opens no connection: what it names by URL is left out, and with it the operations that need it. With
`fetch` a WSDL behind mutual TLS is read through the instance's own profile.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from guarded.values import dataclass
from sn_mock.failure import InternalError, MockUsageError
from sn_mock.masking import without_password
from soap_contract import contract, documents
from soap_contract.contract import Contract, NoOperationError
from soap_contract.documents import Documents, WsdlError

Fetch = Callable[[str], bytes]
"""Gives the bytes behind a URL; raises on failure."""


@dataclass(frozen=True, slots=True)
class LoadedWsdl:
    """A WSDL as it was read."""

    contract: Contract | None
    """None where nothing is offered over SOAP."""
    documents: Documents
    location: str
    """The path or URL as the user gave it."""

    @property
    def shown(self) -> str:
        """The location as it may be printed."""
        return without_password(self.location)

    @property
    def main(self) -> bytes:
        """The WSDL itself."""
        return self.documents.main.data

    @property
    def count(self) -> int:
        """Documents read; stand-ins of ours do not count."""
        return sum(1 for each in self.documents.found.values() if each.path or each.url)


def load_wsdl(location: str, fetch: Fetch | None = None, *, within: Path | None = None) -> LoadedWsdl:
    """Read the WSDL at a path or URL; what it imports from disk lies below `within` (default: its own folder).

    Raises `MockUsageError` where it, or an import of it, cannot be read, and where no operation can be used.
    """
    shown = without_password(location)
    is_url = "://" in location and bool(urlsplit(location).scheme)
    if is_url and fetch is None:
        raise MockUsageError(f"{shown} has to be fetched; next step: save it as a file and give its path")
    if not is_url and Path(location).is_dir():
        inside = next(iter(sorted(Path(location).glob("*.wsdl"))), "the WSDL in it")
        raise MockUsageError(f"{location} is a folder; next step: name the file: {inside}")
    if not is_url and not Path(location).is_file():
        raise MockUsageError(f"there is no file {location}; next step: give the WSDL's path or URL")
    try:
        if is_url and fetch is not None:
            found = documents.load_url(location, _guarded(fetch), shown)
        else:
            found = documents.load_file(Path(location), within=within)
        try:
            read = contract.read(found)
        except NoOperationError:
            return LoadedWsdl(None, found, location)
    except WsdlError as error:
        raise MockUsageError(f"{shown} cannot be read as a WSDL: {_short(str(error))}") from error
    except RecursionError:
        raise MockUsageError(f"{shown}: its schemas are nested too deeply") from None
    return LoadedWsdl(read, found, location)


def _guarded(fetch: Fetch) -> Fetch:
    """What a fetch may raise is the network's (OSError) or ours to tell; anything else is a fault."""

    def fetched(url: str) -> bytes:
        try:
            return fetch(url)
        except MockUsageError:
            raise
        except OSError as error:
            raise MockUsageError(
                f"{without_password(url)} cannot be fetched: {_short(without_password(str(error)))}"
            ) from error
        except Exception as error:
            raise InternalError("fetching a WSDL's documents", error) from error

    return fetched


def _short(text: str) -> str:
    return text if len(text) < 600 else f"{text[:600]}…"
