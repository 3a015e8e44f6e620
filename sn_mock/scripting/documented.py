"""The names that the platform's documentation has: every Glide class with its methods, and the namespaces.

The list is made of the type declarations in `@servicenow/glide` 27.0.5 (npm, MIT licence) and of the headings of the
Server API reference (Australia release), names only; classes that only older documentation and public base-system
scripts name are added below. With it, what is not simulated can say so by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from guarded.values import dataclass

_FILE = Path(__file__).with_name("documented.txt")
_OLDER = (
    *(
        "GlideHTTPClient",
        "GlideEncrypter",
        "GlideUpdateManager2",
        "GlideSysField",
    ),
    *("GlideAJAXSchedulePage", "GlideTableCreator", "GlideTableDescriptor", "GlideProperties", "GlidePropertiesDB"),
    *("GlideRunScriptJob", "GlideScriptEvaluator", "GlideEmailUtil", "GlideEmailFormatter", "GlideSecurityManager"),
    *("GlideSysMessage", "GlideSystemDateUtil", "GlideUserGroup", "GlideJSUtil", "GlideJSONUtil", "GlideRhinoHelper"),
    *("GlideDBKeyStoreFactory", "GlideCertificateValidator", "GlideOAuthClient", "GlideOAuthClientRequest"),
    *("GlideExcelParser", "GlideActivity", "GlideWorkflow", "GlideTransaction", "GlideStatement", "GlideCacheManager"),
    *(
        "GlideProgressMonitor",
        "GlideScriptedProgressWorker",
        "GlideDatabase",
        "GlideSecureRandom",
        "GlideCryptoService",
    ),
    *(
        "Packages",
        "SNC",
        "SOAPRequest",
        "SOAPEnvelope",
        "SOAPResponse",
        "ServiceCatalogUtil",
        "ExecutionTracker",
        "PrototypeServer",
    ),
    *("RESTMessageAsyncDelegate", "SncTriggerSynchronizer", "ProgressWorker", "UserCriteriaLoader", "WorkflowUtils"),
    *(
        "ScheduleOnce",
        "ECCQueueInputHelper",
        "MIDServer",
        "MIDServerSelector",
        "JavascriptProbe",
        "Probe",
        "MetricInstance",
    ),
    *("IdentificationEngineScriptableApi", "CMDBTransformUtil", "CMDBUtil", "OAuthUtil", "SCIMUtil", "Workflow"),
)
"""Older names: base-system classes and script includes that public scripts use."""
_OLDER_NAMESPACES = ("sn_ce", "sn_diex", "sn_dlp", "sn_em", "sn_event", "sn_hr_core", "sn_uxf", "sn_nowmq", "sn_sdk")


@dataclass(frozen=True, slots=True)
class ClassNames:
    """The methods of one class."""

    methods: tuple[str, ...]
    statics: tuple[str, ...]


@cache
def documented() -> Mapping[str, ClassNames]:
    """`Class` or `namespace.Class` → its methods."""
    found: dict[str, ClassNames] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, names = line.partition(" ")
            methods, _, statics = names.partition("|")
            known = found.get(name, ClassNames((), ()))
            found[name] = ClassNames((*known.methods, *methods.split()), (*known.statics, *statics.split()))
    return found


def class_names(names: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """What the documentation has of some classes, found by their last name, for the engine."""
    by_last = {name.rpartition(".")[2]: value for name, value in documented().items()}
    return {
        name: {"methods": by_last[name].methods, "statics": by_last[name].statics} for name in names if name in by_last
    }


def global_names() -> list[str]:
    """The classes that scripts use without a namespace."""
    return [*(name for name in documented() if "." not in name and name != "gs"), *_OLDER]


def namespaces() -> list[str]:
    """The documented namespaces."""
    return sorted({name.partition(".")[0] for name in documented() if "." in name} | set(_OLDER_NAMESPACES))
