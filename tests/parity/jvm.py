"""The judge: one long-lived Java process that answers line by line what Java does.

The sources stand beside this module. They are compiled once for Java 8, with the HTTP client libraries of the
machine where there are any, so that each given Java can be asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sn_mock.failure import MockUsageError
from sn_mock.java.lang import jdk
from sn_mock.java.lang.jdk import Jdk

SOURCES = Path(__file__).parent / "java"
LIBRARY_FOLDERS = (Path("/usr/share/java"),)
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "Commons31.java": ("commons-httpclient.jar", "commons-logging.jar", "commons-codec.jar"),
    "Client45.java": ("httpclient.jar", "httpcore.jar", "commons-logging.jar", "commons-codec.jar"),
}
"""Adapter -> the jars it needs, by the names of Debian's packages libcommons-httpclient-java, libhttpclient-java."""

HOMES = "JAVA_HOMES"
"""The environment variable that names the Javas to ask."""

Answer = dict[str, Any]


class JavaMissingError(Exception):
    """There is no Java to compare with; the message says what was looked for."""


class UnfitJavaError(Exception):
    """There is a Java, and it cannot be asked; the message says which, and why."""


class JudgeEndedError(Exception):
    """The Java process went away in the middle; the message is the end of what it wrote to stderr."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: an operation and its values. Bytes, text and numbers are sent alike; None is left out."""

    operation: str
    values: Mapping[str, bytes | str | int | None] = field(default_factory=dict, repr=False)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)

    def line(self) -> str:
        """The request line, see Judge.java."""
        parts = [self.operation]
        for name, value in self.values.items():
            if value is not None:
                octets = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
                parts.append(f"{name}={b64encode(octets).decode()}")
        parts.extend(f"{name}={value}" for name, value in self.raw.items())
        return "\t".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Program:
    """The compiled judge: its class path and which clients it can play."""

    class_path: str
    clients: tuple[str, ...]


def homes_of(environment: Mapping[str, str]) -> list[str]:
    """The folders that JAVA_HOMES names, divided by colons, commas or blanks; each is asked once."""
    return list(dict.fromkeys(filter(None, re.split(r"[:,\s]+", environment.get(HOMES, "")))))


def find_java(home: str | None = None) -> str:
    """The `java` of `home`, or of JAVA_HOME, or on the PATH; raises JavaMissingError."""
    home = home or os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise JavaMissingError(f"no java in {home}/bin" if home else "no java on the PATH, and JAVA_HOME is not set")
    return found


def compile_judge(folder: Path, homes: Iterable[str] = ()) -> Program:
    """Compile the judge into `folder` with the first javac that can; raises JavaMissingError where none does."""
    candidates = [shutil.which("javac", path=str(Path(home) / "bin")) for home in homes]
    java_home = os.environ.get("JAVA_HOME")
    candidates += [
        shutil.which("javac", path=str(Path(java_home) / "bin")) if java_home else None,
        shutil.which("javac"),
    ]
    compilers = list(dict.fromkeys(path for path in candidates if path))
    if not compilers:
        raise JavaMissingError("no javac on the PATH: the judge has to be compiled once (a JDK, not a JRE)")
    adapters = {name: jars for name, needed in LIBRARIES.items() if (jars := _jars(needed))}
    class_path = os.pathsep.join([str(folder), *dict.fromkeys(jar for jars in adapters.values() for jar in jars)])
    sources = [path for path in sorted(SOURCES.glob("*.java")) if path.name not in LIBRARIES or path.name in adapters]
    troubles = []
    for compiler in compilers:
        trouble = _compiled(compiler, folder, class_path, sources)
        if trouble is None:
            break
        troubles.append(f"{compiler} could not compile the judge: {trouble}")
    else:
        raise JavaMissingError("; ".join(troubles))
    clients = ["urlconnection"]
    clients += ["commons-httpclient-3.1"] if "Commons31.java" in adapters else []
    clients += ["httpclient-4.5"] if "Client45.java" in adapters else []
    return Program(class_path, tuple(clients))


def _compiled(compiler: str, folder: Path, class_path: str, sources: Iterable[Path]) -> str | None:
    """Compile for Java 8; what the compiler complained of, or None. The javac of 8 itself does not know `--release`."""
    for target in (("--release", "8"), ("-source", "8", "-target", "8")):
        done = subprocess.run(
            [compiler, *target, "-nowarn", "-encoding", "UTF-8", "-d", str(folder), "-cp", class_path]
            + [str(path) for path in sources],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return None
    return done.stderr.strip()[:500]


def _jars(names: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(str(folder / name) for name in names for folder in LIBRARY_FOLDERS if (folder / name).exists())
    return found if len(found) == len(names) else ()


class Jvm:
    """The running judge; a context manager. `version` is what `java.version` says."""

    def __init__(self, program: Program, home: str | None = None) -> None:
        self._command = [find_java(home), "-Xshare:auto", "-Djava.net.preferIPv4Stack=true"]
        self._command += [f"-Dkeystore.pkcs12.{count}IterationCount=20" for count in ("certPbe", "keyPbe", "mac")]
        # compiled code that throws one exception very often would leave out its message; an instance does not get there
        self._command += ["-Djdk.jceks.iterationCount=10000", "-XX:-OmitStackTraceInFastThrow"]
        # and would tell `xxx==` in Base64 otherwise than the code that was not compiled (17 and later, on x86)
        self._command += ["-XX:+UnlockDiagnosticVMOptions", "-XX:DisableIntrinsic=_base64_decodeBlock"]
        self._command += ["-Dfile.encoding=UTF-8", "-cp", program.class_path, "Judge"]
        self.clients = program.clients
        self.class_path = program.class_path
        self.version = ""

    def __enter__(self) -> Self:
        self._trouble = tempfile.TemporaryFile("w+")
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._trouble, encoding="utf-8"
            )
        except OSError as error:  # a Java for another machine
            self._trouble.close()
            raise UnfitJavaError(f"{self._command[0]} does not run: {error.strerror}") from None
        try:
            answer = self.one(Ask("version"))
            self.version = str(answer["version"])
            java = self.java
        except (KeyError, TypeError):
            self.__exit__(None, None, None)
            raise UnfitJavaError(f"{self._command[0]} does not do as a Java does") from None
        except JudgeEndedError as ended:
            self.__exit__(None, None, None)
            raise UnfitJavaError(f"{self._command[0]} does not run: {str(ended).splitlines()[-1]}") from None
        except MockUsageError:
            self.__exit__(None, None, None)
            raise UnfitJavaError(f"{self._command[0]} is Java {self.version}; {jdk.CHOICES} can be asked") from None
        if answer["missing"]:
            self.__exit__(None, None, None)
            lacking = ", ".join(answer["missing"])
            raise UnfitJavaError(f"{self._command[0]} (Java {java}) lacks {lacking}; take a Java with all its modules")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):  # it may be gone already
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._trouble.close()

    @property
    def executable(self) -> str:
        """The `java` that answers."""
        return self._command[0]

    @property
    def keytool(self) -> str | None:
        """The keytool beside that `java`."""
        return shutil.which("keytool", path=str(Path(self.executable).resolve().parent))

    @property
    def java(self) -> Jdk:
        """Which Java answers; raises MockUsageError for one that sn-mock does not speak for."""
        return jdk.named(self.version)

    @property
    def generation(self) -> int:
        """17 for 17.0.15, 8 for 1.8.0_402."""
        return self.java.generation

    def one(self, ask: Ask) -> Answer:
        """Java's answer to one question."""
        return next(self.many([ask]))

    def many(self, asks: Iterable[Ask]) -> Iterator[Answer]:
        """Java's answers, in order; questions are written ahead while answers are read. Raises JudgeEndedError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        stdin, stdout = self._process.stdin, self._process.stdout
        questions = list(asks)

        def write() -> None:
            try:
                for ask in questions:
                    stdin.write(ask.line())
                stdin.flush()
            except OSError:
                return  # the reader below tells why the judge ended

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        for _ in questions:
            line = stdout.readline()
            if not line:
                self._trouble.seek(0)
                raise JudgeEndedError(self._trouble.read()[-2000:].strip() or "without a word")
            try:
                answer = json.loads(line)
            except ValueError:
                raise JudgeEndedError(f"it said {line[:80]!r}") from None
            yield answer
        writer.join()
