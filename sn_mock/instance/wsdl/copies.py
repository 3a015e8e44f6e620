"""The WSDL and what it imports, as they are kept in an instance folder: no path of this machine in them."""

from __future__ import annotations

import os.path
from urllib.parse import quote, urlsplit

from soap_contract.documents import Document, Documents


def portable(documents: Documents, document: Document) -> bytes:
    """A document's bytes; what it names by an absolute path of this machine is named by a relative one."""
    data, encoding = document.data, document.root.getroottree().docinfo.encoding or "UTF-8"
    for (number, location), target in documents.references.items():
        if number != document.number or document.path is None or target.path is None:
            continue
        parts = urlsplit(location)
        if parts.scheme == "file" or parts.path.startswith("/"):
            relative = quote(os.path.relpath(target.path, document.path.parent).replace(os.sep, "/"))
            for mark in "\"'":
                data = data.replace(
                    f"{mark}{location}{mark}".encode(encoding), f"{mark}{relative}{mark}".encode(encoding)
                )
    return data
