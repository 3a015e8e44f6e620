"""Files: read with a bound, written whole, and nothing that is no regular file is ever replaced."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guarded import files

ROOT = Path(__file__).parent.parent.parent


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    """Through links, too; an empty one is empty; the limit itself is allowed."""
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "empty").touch()

    assert files.read(tmp_path / "link") == b"abc"
    assert files.read(tmp_path / "empty") == b""
    assert files.read(tmp_path / "a", 3) == b"abc"


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("fifo", errno.EINVAL, "is not a regular file"),
        ("/dev/zero", errno.EINVAL, "is not a regular file"),
        ("folder", errno.EISDIR, "Is a directory"),
        ("missing", errno.ENOENT, "No such file"),
        ("loop", errno.ELOOP, "Too many levels"),
        ("large", errno.EFBIG, "has more than 3 bytes"),
        ("a\0b", errno.EINVAL, "is no file name"),
        ("half\ud800", errno.EINVAL, "is no file name"),
    ],
)
def test_anything_else_is_an_error_at_once(tmp_path: Path, name: str, number: int, words: str) -> None:
    """Nobody waits for a FIFO's writer, nobody reads a device, nothing is read without end."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "large").write_bytes(b"abcd")
    with pytest.raises(OSError, match=words) as refused:
        files.read(os.path.join(tmp_path, name), 3)  # noqa: PTH118

    assert refused.value.errno == number


def test_a_file_that_grows_is_not_read_without_end(tmp_path: Path) -> None:
    """What a file says about its size is not believed: /proc says 0 of files that have content."""
    assert files.read("/proc/self/status")
    with pytest.raises(OSError, match="has more than 5 bytes"):
        files.read("/proc/self/status", 5)


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    """The old inode still has the old content; nothing else is left in the folder."""
    target = tmp_path / "report.html"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with target.open("rb") as before:
        files.write(target, b"new")

        assert before.read() == b"old"
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("exists", [False, True])
def test_a_private_file_is_for_its_owner(tmp_path: Path, exists: bool) -> None:
    """Keys and tokens: mode 0600, whatever was there."""
    target = tmp_path / "key.pem"
    if exists:
        target.write_bytes(b"x")
        target.chmod(0o644)
    files.write(target, b"secret", private=True)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    """As any program's output, by the umask."""
    files.write(tmp_path / "a", b"x")
    (tmp_path / "b").write_bytes(b"x")

    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize("dangling", [False, True])
def test_links_are_followed(tmp_path: Path, dangling: bool) -> None:
    """The link stays a link, and what it names has the content."""
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "file", tmp_path / "link"
    if not dangling:
        target.write_bytes(b"old")
    link.symlink_to(target)
    files.write(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    """As root in a container: `--junit dev/null` does not turn the device into a file."""
    node = tmp_path / "null"
    try:
        os.mknod(node, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        node.write_bytes(b"")
    except OSError:
        node = Path("/dev/null")
    files.write(node, b"anything")

    assert stat.S_ISCHR(node.stat().st_mode)
    assert files.written_through(node)


def test_a_service_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    """A FIFO that nobody reads is an error for who must not wait; with a reader it gets the content."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(OSError, match="No such device"):
        files.write(fifo, b"ready", private=True, waits=False)

    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.write(fifo, b"ready", private=True, waits=False)
        assert os.read(reader, 10) == b"ready"
    finally:
        os.close(reader)


def test_a_fifo_is_written_through(tmp_path: Path) -> None:
    """Whoever reads the other end gets the content; the FIFO stays."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    files.write(fifo, b"x" * 200_000)
    reader.join()

    assert got == [b"x" * 200_000]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_our_own_output_is_written_through(tmp_path: Path) -> None:
    """`--junit /dev/stdout > file`: what was printed before and what comes after is all there."""
    script = (
        "from guarded import files\nimport sys\n"
        "print('before', flush=True)\nfiles.write('/dev/stdout', b'report\\n')\nprint('after')\n"
    )
    with (tmp_path / "out").open("wb") as output:
        subprocess.run([sys.executable, "-c", script], stdout=output, check=True, cwd=ROOT)

    assert sorted((tmp_path / "out").read_text().split()) == ["after", "before", "report"]


def test_a_full_device_is_an_error_with_the_path() -> None:
    """No space left is told with the name that was given."""
    with pytest.raises(OSError, match="No space left") as refused:
        files.write("/dev/full", b"x")

    assert refused.value.filename == "/dev/full"


def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path: Path) -> None:
    """Given a limit in the middle of the content: the old content is there, the draft is not."""
    target = tmp_path / "report.html"
    target.write_bytes(b"old")
    script = (
        "import resource, sys\nfrom guarded import files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n    files.write(sys.argv[1], b'x' * 100_000)\nexcept OSError as error:\n    print(error.strerror)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout == "File too large\n"
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_whose_folder_takes_no_other_is_written_in_place(tmp_path: Path) -> None:
    """A report file mounted into a container: its folder belongs to somebody else."""
    if os.geteuid() == 0:
        pytest.skip("root may write into every folder")
    target = tmp_path / "folder" / "report.xml"
    target.parent.mkdir()
    target.write_bytes(b"old and longer")
    target.parent.chmod(0o500)
    try:
        files.write(target, b"new")
        assert target.read_bytes() == b"new"
    finally:
        target.parent.chmod(0o700)


def test_a_draft_that_somebody_laid_out_is_not_followed(tmp_path: Path) -> None:
    """A link with a guessable draft's name leads nowhere."""
    trap = tmp_path / "trap"
    for name in ("report.html.part", ".report.html.new", ".report.html"):
        (tmp_path / name).symlink_to(trap)
    files.write(tmp_path / "report.html", b"x")

    assert not trap.exists()


def test_reading_holds_no_more_than_the_limit(tmp_path: Path) -> None:
    """A sparse file of a terabyte is refused for its first bytes."""
    with (tmp_path / "huge").open("wb") as file:
        try:
            file.truncate(1 << 40)
        except OSError:
            file.truncate(1 << 32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(OSError, match="has more than 1000000 bytes"):
        files.read(tmp_path / "huge", 1_000_000)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
