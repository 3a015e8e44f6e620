"""Results for build pipelines: JUnit XML, and GitHub's workflow commands that become annotations on the change.

Formats: the JUnit schema that GitLab, Jenkins and GitHub actions read (`testsuite`/`testcase`/`failure`), and
https://docs.github.com/actions/reference/workflow-commands-for-github-actions (`::error file=…,title=…::text`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from guarded.regex import regex
from guarded.text import print_raw, visible
from guarded.values import dataclass
from sn_mock.commands.output import write_text

_NOT_XML = regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """One judged thing: a rule over an instance, or a scenario that was run."""

    group: str
    """What was judged: the instance, the catalogue."""
    name: str
    failure: str | None = None
    """One line; None when it passed."""
    detail: str = ""
    """Evidence and remedy, for the failed."""
    file: str | None = None
    """The file an annotation is pinned to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--junit FILE` and `--annotations github`."""
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write the results as JUnit XML")
    parser.add_argument("--annotations", choices=("github",), help="print annotations for the pipeline's own page")


def publish(args: argparse.Namespace, suite: str, cases: Sequence[Case]) -> None:
    """Write and print what the arguments ask for; annotations go to stderr where stdout is a JSON document."""
    if args.junit:
        write_text(args.junit, junit(suite, cases))
    if args.annotations == "github":
        for line in github_annotations(cases):
            print_raw(line, sys.stderr if args.json else sys.stdout)


def junit(suite: str, cases: Sequence[Case]) -> str:
    """The cases as one JUnit `testsuite`."""
    from xml.etree import ElementTree

    failed = sum(case.failure is not None for case in cases)
    root = ElementTree.Element("testsuites")
    node = ElementTree.SubElement(
        root, "testsuite", name=suite, tests=str(len(cases)), failures=str(failed), errors="0", skipped="0"
    )
    for case in cases:
        element = ElementTree.SubElement(node, "testcase", classname=_xml(case.group), name=_xml(case.name))
        if case.failure is not None:
            ElementTree.SubElement(element, "failure", message=_xml(case.failure)).text = _xml(case.detail)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def github_annotations(cases: Sequence[Case]) -> list[str]:
    """One `::error` line for every failed case."""
    return [
        f"::error {_properties(case)}::{_data(case.failure + chr(10) + case.detail)}"
        for case in cases
        if case.failure is not None
    ]


def _properties(case: Case) -> str:
    pairs = ([("file", case.file)] if case.file else []) + [("title", case.name)]
    return ",".join(f"{key}={_data(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in pairs)


def _data(text: str) -> str:
    return visible(text).strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _xml(text: str) -> str:
    """Characters that XML 1.0 cannot carry (a Java message may quote raw bytes) become U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)
