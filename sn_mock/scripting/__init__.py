"""ServiceNow server-side scripts, run unchanged against an instance.

The nouns, in the order of the flow:

    run           starts the engine, keeps the clock, and makes a ScriptResult of what came out
    Context       what surrounds the script: a record, inputs, a request, a user (`context`)
    engine        a child process with QuickJS in it: no files, no network, a memory limit (`engine.py`, `prelude/`);
                  XML is parsed there, too (`xml_documents`)
    Host          answers what the script asks of the platform: messages, properties, log, time (`host`)
    services      records, texts, files and credentials: the Host's further answers (`…_services`)
    simulated     the table of what works; `documented`, of all names that there are
    ScriptResult  log, calls, the exception nobody caught, and the instance as the script left it

The engine talks to the Host over a pipe, one JSON document a line; the Host does the calls, so the time they take is
not the script's. QuickJS comes with the extra `sn-mock[script]`.
"""

from sn_mock.scripting.context import Context
from sn_mock.scripting.result import LogLine, ScriptError, ScriptResult
from sn_mock.scripting.runner import Limits, run, run_in

__all__ = ["Context", "Limits", "LogLine", "ScriptError", "ScriptResult", "run", "run_in"]
