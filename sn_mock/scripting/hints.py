"""What an error of the engine means on the platform, and what to do: said after the engine's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from guarded.regex import regex
from sn_mock.scripting.result import ScriptError
from sn_mock.scripting.simulated import SURROUNDINGS

_UNDEFINED = regex(r"(?:ReferenceError: )?'?(\w+)'? is not defined")
_NEW = regex(r"\bnew\s+((?:\w+\.)+[A-Z]\w*)")
_LINE = regex(r":(\d+):(\d+)\)?")
_RECORDS: Mapping[str, str] = {
    "current": "give the record that the script is about: --record TABLE:SYS_ID",
    "previous": "give the record that the script is about: --record TABLE:SYS_ID, and --field for what changes",
}
_LONGEST = 120


def explained(error: ScriptError, source: str) -> ScriptError:
    """The error with a hint, where there is one."""
    hint = _hint(error, source)
    return replace(error, message=f"{error.message}{hint}") if hint else error


def _hint(error: ScriptError, source: str) -> str:
    message = error.message
    if match := _UNDEFINED.search(message):
        name = match[1]
        if name in _RECORDS:
            return f"; {_RECORDS[name]}"
        if name.startswith(("Glide", "SNC", "sn_")) and name not in SURROUNDINGS:
            return f"; {name} is not simulated"
        return (
            "; is it a script include? Add it as a [[sys_script_include]], or import it" if name[:1].isupper() else ""
        )
    if error.kind == "syntax" and "return" in message:
        return (
            "; a `return` outside a function is an error on the platform, too. Where the platform makes a function "
            "of the script, put (function () { … })(); around it"
        )
    if error.kind == "syntax" and re.search(r"^\s*(import|export)\s", source, re.MULTILINE):
        return "; this is a module of an SDK project: build it, and run what the build writes"
    if "not a " in message and (match := _NEW.search(_line(error, source))):
        return f": {match[1]}; is it a script include? Add it as a [[sys_script_include]], or import it"
    if "not a function" in message and (line := _line(error, source)):
        return f", in: {line}"
    return ""


def _line(error: ScriptError, source: str) -> str:
    match = _LINE.search(error.where)
    lines = source.splitlines()
    if match is None or not 0 < int(match[1]) <= len(lines):
        return ""
    line = lines[int(match[1]) - 1].strip()
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
