"""What a shell needs to complete sn-mock's commands, options, scenarios, messages and functions. For bash and zsh:
`eval "$(sn-mock completion bash)"` in the shell's start file; for fish: `sn-mock completion fish | source`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from guarded.text import one_line

ParserOf = Callable[[str], argparse.ArgumentParser]

_BASH = """_sn_mock() {
  local word typed="${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r word; do
    [[ "$word" == "$typed"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
  done < <(sn-mock completion words -- "${COMP_WORDS[@]:1:$((COMP_CWORD-1))}" 2>/dev/null)
}
complete -o default -F _sn_mock sn-mock"""
"""Names come from a folder that somebody else may have written: `compgen -W` would run `$(…)` in them, and so would
the line that one was put into unquoted."""
_SCRIPTS = {
    "bash": _BASH,
    "zsh": f"autoload -U +X bashcompinit && bashcompinit\n{_BASH}",
    "fish": "complete -c sn-mock -a '(sn-mock completion words -- (commandline -opc)[2..-1] 2>/dev/null)'",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`completion bash|zsh|fish`."""
    parser.add_argument("shell", choices=(*_SCRIPTS, "words"), help="the shell; words: what its script asks for")
    parser.add_argument("typed", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Print the shell's script, or the words that may stand next."""
    if args.shell == "words":
        typed = [word for word in args.typed if word != "--"]
        words = candidates(typed, args.commands, args.parser_of)
        print("\n".join(word for word in words if one_line(word) == word))
    else:
        print(_SCRIPTS[args.shell])
    return 0


def candidates(typed: Sequence[str], commands: Collection[str], parser_of: ParserOf) -> list[str]:
    """The words that may follow what was typed after `sn-mock`, which has these commands."""
    if not typed:
        return [*commands, "help"]
    name, *rest = typed
    if name == "help":
        return list(commands)
    if name not in commands:
        return []
    parser = parser_of(name)
    options = [option for option in parser._option_string_actions if option.startswith("--") and option not in typed]
    return [*_names(name, [word for word in rest if not word.startswith("-")]), *options]


def _names(command: str, given: Sequence[str]) -> list[str]:
    """Scenario ids; messages and functions of the folder that was typed."""
    if command == "reproduce":
        from sn_mock.lab.scenarios import SCENARIOS

        return [name for name in SCENARIOS if name not in given]
    if command == "keystore" and not given:
        return ["show", "new", "csr", "import-reply", "export-cert", "import-cert"]
    if command not in ("call", "try", "diff", "evidence") or not 1 <= len(given) <= 2:
        return []
    from sn_mock.failure import MockUsageError
    from sn_mock.instance import Instance

    try:
        instance = Instance.load(Path(given[0]), require_secrets=False)
    except MockUsageError:
        return []
    if len(given) == 1:
        return [row.display_value for row in (*instance.soap_messages, *instance.rest_messages)]
    soap = instance.soap_message(given[1])
    if soap is not None:
        return [row.function_name for row in instance.soap_functions if row.soap_message == soap.sys_id]
    rest = instance.rest_message(given[1])
    return [row.function_name for row in instance.rest_functions if rest and row.rest_message == rest.sys_id]
