"""The page of commands, printed from the parsers that read them."""

from __future__ import annotations

import argparse

from docs.printing.markdown import NOTICE, code, table
from sn_mock.cli import COMMANDS, command_module, parser_for


def commands_page() -> str:
    """Every `sn-mock` command with its arguments."""
    sections = "\n".join(_section(parser_for(name, command_module(name))) for name in COMMANDS)
    return (
        f"# Commands\n\n{NOTICE}\n"
        "`sn-mock COMMAND --help` says the same. `--json` prints one JSON document on stdout and nothing else; an\n"
        'error is `{"error": …, "problems": […]}` there, and one line on stderr. Exit codes: 0 as expected, 1 the\n'
        "call failed, there are findings, or a scenario was not reproduced, 2 usage or bad input, or a fault of\n"
        "sn-mock itself (`internal error: …`; SN_MOCK_TRACEBACK=1 prints the traceback).\n\n"
        f"{sections}"
    )


def _section(parser: argparse.ArgumentParser) -> str:
    parts = [f"## {parser.prog}\n\n{(parser.description or '').strip()}\n"]
    rows = []
    for action in parser._actions:  # argparse offers no other way to read a parser back
        if isinstance(action, argparse._SubParsersAction):
            parts += [_section(child).replace("## ", "### ", 1) for child in action.choices.values()]
        elif not isinstance(action, argparse._HelpAction) and action.help != argparse.SUPPRESS:
            rows.append((code(_spelled(action)), action.help or ""))
    if rows:
        parts.insert(1, table(("argument", "meaning"), rows))
    return "\n".join(parts)


def _spelled(action: argparse.Action) -> str:
    values = "|".join(str(choice) for choice in action.choices) if action.choices else action.metavar or action.dest
    value = "" if action.nargs == 0 else str(values)
    if not action.option_strings:
        return {"*": f"[{value}]…", "+": f"{value}…", "?": f"[{value}]"}.get(str(action.nargs), value)
    return f"{', '.join(action.option_strings)} {value}".strip()
