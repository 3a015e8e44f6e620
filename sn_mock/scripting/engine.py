"""The child process: QuickJS, a memory limit, and a pipe. Started by file name, imports nothing of sn-mock.

Reads one JSON line (source, platform), then answers to nothing but the script: every `__host(text)` writes a line
and waits for the answer. The first line is `{"ready": …}`, the last `{"done": …}`. XML is parsed here, too
(`xml_documents`). There is no file, network or process access in QuickJS itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

INTERNAL = "internal"
STACK_BYTES = 4 << 20
_FULL = 0.9
_NO_STACK = "\nundefined"
"""What QuickJS's binding puts after a value that was thrown and is no error."""
_NO_TEXT = "(Failed obtaining QuickJS error string"
"""What the binding says of a value whose `toString` throws, and of a symbol."""
PRELUDE_LINE = 100_000
"""The prelude's lines are numbered from here, so that its frames can be told from the script's."""


def main() -> None:
    """Run one script."""
    import quickjs

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    opening = json.loads(sys.stdin.buffer.readline())
    context = quickjs.Context()
    limit = int(sys.argv[1]) << 20
    context.set_memory_limit(limit)
    context.set_max_stack_size(STACK_BYTES)
    context.add_callable("__host", ask)
    context.add_callable("__part", part)
    xml = XmlHost()
    context.add_callable("__xml", xml.ask)
    fault = _prepare(context, opening["platform"])
    tell({"ready": True})
    done = {} if fault else _outcome(context, quickjs.JSException, opening["source"], limit)
    fault = fault or xml.fault
    tell({"done": {"ok": False, "kind": INTERNAL, "message": fault} if fault else done})


def _prepare(context: Any, platform: Mapping[str, Any]) -> str:
    """Load the prelude; what went wrong with it, which is no fault of the script's."""
    try:
        context.eval(part("core"))
        context.eval(f"__start({json.dumps(platform)})")
    except Exception:
        return traceback.format_exc()
    return ""


class XmlHost:
    """XML of the script, in this process: what takes long there is the script's time."""

    def __init__(self) -> None:
        self._documents: Any = None
        self.fault = ""
        """What was no fault of the script's."""

    def ask(self, text: str) -> str:
        """Answers as the parent would: `{"ok": …}` or `{"err": …}`."""
        try:
            if self._documents is None:
                path = Path(__file__).with_name("xml_documents.py")
                spec = importlib.util.spec_from_file_location("xml_documents", path)
                assert spec is not None
                assert spec.loader is not None
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                self._documents = module.Documents()
            return json.dumps({"ok": self._documents.answer(json.loads(text))})
        except (ValueError, KeyError, TypeError, RecursionError) as error:  # no XML, no XPath, a request made up
            return json.dumps({"err": {"class": "", "message": str(error)}})
        except Exception:
            self.fault = traceback.format_exc()
            raise


def part(name: str) -> str:
    """A file of the prelude, its lines numbered from PRELUDE_LINE."""
    source = (Path(__file__).parent / "prelude" / f"{name}.js").read_text(encoding="utf-8")
    return "\n" * PRELUDE_LINE + source


def ask(text: str) -> str:
    """The script wants something of the platform."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass").replace(b"\n", b" ") + b"\n")
    sys.stdout.buffer.flush()
    answer = sys.stdin.buffer.readline()
    if not answer:
        raise SystemExit(1)
    return answer.decode("utf-8")


def tell(message: dict[str, Any]) -> None:
    """A line for the parent."""
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


def _outcome(context: Any, js_exception: type[Exception], source: str, limit: int) -> dict[str, Any]:
    try:
        returned = context.eval(source)
        context.set("__returned", returned)
        while context.execute_pending_job():
            continue
        left = context.eval("__outcome()")
    except js_exception as error:
        first, where = _split(str(error))
        is_full = context.memory()["malloc_size"] > _FULL * limit
        if first == "InternalError" or (first == "null" and is_full):
            first = "InternalError: out of memory"  # nothing was left to make an error, or its text, of
        elif first.startswith(_NO_TEXT):
            first = "a value that has no text was thrown"
        elif not where:
            ended = _ended(context, js_exception, str(error).removesuffix(_NO_STACK))
            if "left" in ended:
                return {"ok": True, "left": ended["left"]}
            where = ended.get("where", "")
        kind = "memory-limit" if "out of memory" in first else "exception"
        return {"ok": False, "kind": kind, "message": first, "where": where}
    except Exception:  # no fault of the script's: the parent raises it
        return {"ok": False, "kind": INTERNAL, "message": traceback.format_exc()}
    return {"ok": True, "left": left}


def _ended(context: Any, js_exception: type[Exception], told: str) -> dict[str, Any]:
    """What was thrown and is no error: `where`, its stack as the prelude noted it, or `left`, the answer that it is."""
    try:
        ended = json.loads(context.eval(f"__ended({json.dumps(told)})"))
    except (js_exception, ValueError, TypeError, RecursionError):  # its text throws; a script may put its own there
        return {}
    return ended if isinstance(ended, dict) else {}


def _split(told: str) -> tuple[str, str]:
    """The message of an exception, and the frames of its stack, which begin where the engine indents."""
    message, _, where = told.partition("\n    at ")
    return message.partition("\n")[0], f"    at {where}" if where else ""


if __name__ == "__main__":
    main()
