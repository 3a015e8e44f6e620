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
_RECORDS: Mapping[str, str] = {
    "current": "give the record that the script is about: --record TABLE:SYS_ID",
    "previous": "give the record that the script is about: --record TABLE:SYS_ID, and --field for what changes",
}
_LONGEST = 120


def explained(error: ScriptError, line: str, source: str) -> ScriptError:
    """The error with a hint, where there is one; `line` is the text of the line where it arose."""
    hint = _hint(error, line, source)
    return replace(error, message=f"{error.message}{hint}") if hint else error


def _hint(error: ScriptError, line: str, source: str) -> str:
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
    if "not a " in message and (match := _NEW.search(line)):
        return f": {match[1]}; is it a script include? Add it as a [[sys_script_include]], or import it"
    if "not a function" in message and line:
        return f", in: {line if len(line) <= _LONGEST else line[:_LONGEST] + '…'}"
    return ""
