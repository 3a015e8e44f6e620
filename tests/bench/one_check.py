"""`python -m tests.bench.one_check ROUNDS FOLDER...`: `sn-mock check` of instance folders, one after the other.

All in this process, so that its start, which is most of a short command, is in no figure; rounds in random order.
Prints the least CPU seconds of each folder as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import time

from sn_mock import cli


def main(rounds: int, folders: list[str]) -> None:
    """Warm up, measure, print."""
    spent: dict[str, list[float]] = {folder: [] for folder in folders}
    for number in range(rounds + 1):
        for folder in random.sample(folders, len(folders)):
            begun = time.process_time()
            with contextlib.redirect_stdout(io.StringIO()):
                cli.main(["check", folder])
            if number:
                spent[folder].append(time.process_time() - begun)
    print(json.dumps([min(spent[folder]) for folder in folders]))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
