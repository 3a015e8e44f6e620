"""Loading a WSDL and everything it imports: from files, through a given `fetch`, or from the few schemas we bundle.

zeep does the parsing. It never opens a connection itself: a document that would have to be fetched is an error unless
the caller passed a `fetch`, which is how a WSDL behind mutual TLS is read through the instance's own profile.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from guarded import files
from sn_mock.failure import InternalError, MockUsageError
from sn_mock.instance.wsdl.bundled_schemas import BUNDLED_SCHEMAS
from sn_mock.masking import without_password

Fetch = Callable[[str], bytes]
"""Gives the bytes behind a URL; raises on failure."""


@dataclass(frozen=True, slots=True)
class LoadedWsdl:
    """A WSDL as zeep sees it, and what it was made of."""

    document: Any
    """`zeep.wsdl.Document`."""
    location: str
    """The path or URL as the user gave it."""
    main: bytes
    files: dict[Path, bytes]
    """Local files that were read, imports included."""
    count: int
    """Documents read, wherever they came from."""
    warnings: tuple[str, ...] = field(default=())
    """What zeep passed over."""

    @property
    def shown(self) -> str:
        """The location as it may be printed."""
        return without_password(self.location)


def load_wsdl(location: str, fetch: Fetch | None = None, *, within: Path | None = None) -> LoadedWsdl:
    """Parse the WSDL at a path or URL. What it imports from disk lies below `within` (default: its own folder).

    Raises `MockUsageError` where it, or an import of it, cannot be read.
    """
    scheme = urlsplit(location).scheme if "://" in location else ""
    shown = without_password(location)
    if scheme and fetch is None:
        raise MockUsageError(f"{shown} has to be fetched; next step: save it as a file and give its path")
    if not scheme and not Path(location).is_file():
        raise MockUsageError(f"there is no file {location}; next step: give the WSDL's path or URL")
    from zeep import Settings
    from zeep.wsdl import Document

    reader = _reader(location, scheme, fetch, (within or Path(location).parent).resolve())
    start = urlunsplit(("https", *urlsplit(location)[1:])) if scheme else str(Path(location).resolve())
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            document = Document(start, reader, settings=Settings(strict=True))
    except (MockUsageError, InternalError):
        raise
    except RecursionError:
        raise MockUsageError(f"{shown}: its schemas are nested too deeply") from None
    except Exception as error:  # zeep meets what it did not expect in a WSDL with any exception at all
        raise MockUsageError(f"{shown} cannot be read as a WSDL: {_reason(error)}") from error
    passed_over = tuple(without_password(str(warning.message)) for warning in caught if warning.category is UserWarning)
    return LoadedWsdl(document, location, reader.read[start], reader.files, len(reader.read), passed_over)


def _reason(error: Exception) -> str:
    text = without_password(str(error)).strip() or type(error).__name__
    return text if len(text) < 300 else f"{text[:300]}…"


def _reader(location: str, scheme: str, fetch: Fetch | None, root: Path) -> Any:
    """A zeep transport that loads documents our way; zeep and requests are imported only here."""
    from zeep.transports import Transport

    class Reader(Transport):
        """Loads by the rules of this module and remembers what it read."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.read: dict[str, bytes] = {}
            self.files: dict[Path, bytes] = {}

        def load(self, url: str) -> bytes:
            """The document at a path or URL."""
            if url not in self.read:
                try:
                    self.read[url] = self._load(url)
                except (MockUsageError, OSError):
                    raise
                except Exception as error:  # ours, not the WSDL's
                    raise InternalError("loading a WSDL's documents", error) from error
            return self.read[url]

        def _load(self, url: str) -> bytes:
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"}:
                if url in BUNDLED_SCHEMAS:
                    return BUNDLED_SCHEMAS[url]
                if fetch is None:
                    raise MockUsageError(
                        f"the WSDL imports {without_password(url)}, which is not fetched; next step: save it "
                        "next to the WSDL and import it by a relative schemaLocation"
                    )
                # zeep resolves relative imports for https only, so a profile's scheme is put back here.
                return fetch(urlunsplit((scheme or parts.scheme, *parts[1:])) if parts.scheme == "https" else url)
            if scheme:
                raise MockUsageError(
                    f"{without_password(location)} imports {without_password(url)}: what comes from a URL may not read "
                    "files here; next step: save the WSDL with its imports as files and give its path"
                )
            path = Path(parts.path if parts.scheme == "file" else url)
            if not path.is_file():
                raise MockUsageError(f"the WSDL imports {path}, which does not exist; next step: put the file there")
            if not path.resolve().is_relative_to(root):
                raise MockUsageError(
                    f"the WSDL imports {path}, which is not below {root}: a WSDL of somebody else could name any file "
                    "of yours; next step: where that is right, say so with --within DIR"
                )
            self.files[path] = files.read(path)
            return self.files[path]

    return Reader()
