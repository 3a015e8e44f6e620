"""Projects of the ServiceNow SDK ("Fluent"): records written as TypeScript, from which XML is built.

`now-sdk build` writes the records as XML below `dist/app` (docs, "Build and install an application with the ServiceNow
SDK"), or below `appOutputDir` of `now.config.json` (docs, "Custom application configuration in source code").
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from guarded import files as guarded_files

CONFIG = "now.config.json"
_SOURCE = ".now.ts"
_OUTPUT = "dist/app"
_MOST_CONFIG_BYTES = 1 << 20


def remarks(folder: Path, files: Iterable[Path]) -> list[str]:
    """What to say about the SDK projects among a folder's files; `files` are all of them."""
    found = list(files)
    roots = [path.parent for path in found if path.name == CONFIG]
    if not roots and any(path.name.endswith(_SOURCE) for path in found):
        roots = [folder]
    return [remark for root in roots if (remark := _remark(root, found))]


def _remark(root: Path, files: list[Path]) -> str | None:
    sources = sum(1 for path in files if path.name.endswith(_SOURCE) and path.is_relative_to(root))
    output = root / _output(root / CONFIG)
    if any(path.is_relative_to(output) and path.suffix.lower() == ".xml" for path in files):
        return None
    return (
        f"{root} is a project of the ServiceNow SDK: its records are TypeScript ({sources} files *{_SOURCE}), which "
        f"is not read; next step: build it (now-sdk build) and import {output}"
    )


def _output(config: Path) -> str:
    try:
        document = json.loads(guarded_files.read(config, _MOST_CONFIG_BYTES))
        named = document.get("appOutputDir") if isinstance(document, dict) else None
    except (OSError, ValueError, RecursionError):
        return _OUTPUT
    return named if isinstance(named, str) and named else _OUTPUT
