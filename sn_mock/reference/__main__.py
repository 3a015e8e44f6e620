"""`python -m sn_mock.reference DIR` writes the reference pages there."""

import sys
from pathlib import Path

from sn_mock.reference import write

if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
    sys.exit("usage: python -m sn_mock.reference DIR (a folder that exists)")
for path in write(Path(sys.argv[1])):
    print(f"wrote {path}")
