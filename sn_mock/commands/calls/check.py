"""Judge an instance before any call: every record and every call they describe, everything wrong or risky, with the
remedy. With --against, ask that provider what it wants (CA names, key types, TLS versions, its chain) and say which
alias of which keystore would be sent, and why each other one would not. No request and no certificate is sent.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from sn_mock.commands import options, pipelines
from sn_mock.commands.loading import load_instance
from sn_mock.commands.output import print_json
from sn_mock.diagnosis.checking import CheckReport, check
from sn_mock.exchange import Finding
from sn_mock.instance import Instance, InstanceErrors
from sn_mock.negotiated import KeyChoice
from sn_mock.outbound.calls.probe import Probe, probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.credentials.shelf import KeystoreShelf

_SUITE = "sn-mock check"
_LOADS = "the instance folder loads"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check DIR [--against HOST:PORT]`."""
    options.add_instance_here(parser)
    options.add_release(parser)
    parser.add_argument("--against", metavar="HOST:PORT", type=options.host_and_port, help="a provider to ask")
    options.add_when(parser)
    options.add_consent(parser)
    options.add_resolve(parser)
    options.add_json(parser)
    pipelines.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check. 1 when there are findings."""
    instance = _loaded(args)
    when = args.on or datetime.now(UTC)
    seen, shelf = None, KeystoreShelf(instance)
    if args.against:
        host, port = args.against
        seen = probe(
            Session.on(instance, when=when, allow_remote=args.allow_remote, hosts=dict(args.resolve)), host, port, shelf
        )
        from provider_stub.process import probes

        probes.note(Path(os.environ.get("PROVIDER_STUB_RUN_DIR", ".run")), seen.local_ports)
    report = check(instance, when, seen, shelf)
    if args.json:
        print_json(report.to_json())
    else:
        print("\n".join(_lines(report)))
    pipelines.publish(args, _SUITE, _cases(report, str(args.folder / "instance.toml")))
    return 0 if report.ok else 1


def _loaded(args: argparse.Namespace) -> Instance:
    """The instance; what keeps it from being loaded is published for pipelines too."""
    try:
        return load_instance(args)
    except InstanceErrors as errors:
        cases = [
            pipelines.Case(
                group=str(args.folder), name=_LOADS, failure=problem.message, detail=str(problem), file=problem.file
            )
            for problem in errors.problems
        ]
        pipelines.publish(args, _SUITE, cases)
        raise


def _lines(report: CheckReport) -> list[str]:
    lines = [f"{report.instance} on {report.release}, as of {report.when:%Y-%m-%d}"]
    for call in report.calls:
        choice = call.key_choice
        named = ".".join(filter(None, (call.message, call.function)))
        lines.append(f"\n{named} → {(call.route.url if call.route else '') or 'no route'}")
        if choice and choice.alias:
            stand_in = " (stand-in)" if call.route and choice.keystore in call.route.stand_ins else ""
            lines.append(f"  would send {choice.outcome}{stand_in}")
        elif call.not_judged and not call.failure:
            lines.append(f"  not judged: which key would be sent; {_missing(call.not_judged)}")
        elif choice or not call.failure:
            lines.append("  would send no client certificate")
        if choice:
            lines += [f"  passed over {one.alias} of {one.keystore}: {one.why}" for one in choice.rejected]
        if call.depends_on:
            named = ", ".join(f"${{{name}}}" for name in call.depends_on)
            lines.append(f"  depends on {named}: where it leads is known when the script has set it")
        if call.failure:
            first, *below = call.failure.java or (call.failure.cause,)
            lines.append(f"  would fail at {call.failure.stage}: {first}")
            lines += [f"    caused by {thrown}" for thrown in below]
            lines += [f"    behind it, hidden: {thrown}" for thrown in call.failure.hidden]
    if report.probe:
        lines += ["", *_probed(report.probe)]
    for number, finding in enumerate(report.findings, start=1):
        lines += ["", *_finding(f"{number}.", finding)]
    for hint in report.hints:
        lines += ["", *_finding("hint:", hint)]
    lines.append(f"\n{_verdict(report)}")
    return lines


def _verdict(report: CheckReport) -> str:
    if report.findings:
        return _counted(len(report.findings), "finding")
    return "nothing wrong was found" if report.ok else "no rule of sn-mock explains what would fail"


def _missing(names: tuple[str, ...]) -> str:
    return f"the folder has no file for {' and '.join(names)}"


def _finding(mark: str, finding: Finding) -> list[str]:
    lines = [f"{mark} {finding.title}  ({finding.rule})"]
    lines += [f"   seen    {evidence}" for evidence in finding.evidence]
    return [*lines, f"   change  {finding.fix}", f"   source  {finding.source}"]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _probed(seen: Probe) -> list[str]:
    lines = [f"{seen.host}:{seen.port}"]
    if seen.failure:
        lines += [f"  {thrown}" for thrown in seen.failure.java]
    if seen.versions:
        lines.append(f"  speaks        {', '.join(name for name, spoken in seen.versions.items() if spoken)}")
    lines += [f"  shows         {one.subject}, until {one.not_after_text}" for one in seen.chain]
    if seen.untrusted:
        lines.append(f"  not trusted   {seen.untrusted.java[0]}")
    if seen.request or not seen.failure:
        lines.append(f"  client cert.  {'asked for' if seen.request else 'not asked for in the handshake'}")
    if seen.request:
        lines += [f"  accepts CA    {name}" for name in seen.authorities or ("any: it names none",)]
    for store in seen.stores:
        if store.failure:
            lines.append(f"  {store.keystore}: does not open: {store.failure.java[0]}")
        elif store.choice:
            lines.append(f"  {store.keystore}: would send {_answered(store.choice)}")
            lines += [f"    not {one.alias}: {one.why}" for one in store.choice.rejected]
    return lines


def _answered(choice: KeyChoice) -> str:
    if choice.withheld:
        return f"nothing: {choice.alias} is chosen, but {choice.withheld}"
    return choice.alias or "nothing"


def _cases(report: CheckReport, file: str) -> list[pipelines.Case]:
    failed = [
        pipelines.Case(
            group=report.instance,
            name=finding.rule,
            failure=finding.title,
            detail="\n".join([*finding.evidence, f"change: {finding.fix}", f"source: {finding.source}"]),
            file=file,
        )
        for finding in report.findings
    ]
    calls = [
        pipelines.Case(
            group=report.instance,
            name=f"{call.message}.{call.function}",
            failure=f"would fail at {call.failure.stage}: {call.failure.cause}" if call.failure else None,
        )
        for call in report.calls
        if not call.findings
    ]
    return [pipelines.Case(group=report.instance, name=_LOADS), *failed, *calls]
