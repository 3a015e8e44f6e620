"""`python -m docs.printing DIR` writes the reference pages there."""

import sys
from pathlib import Path

from docs.printing import write

if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
    sys.exit("usage: python -m docs.printing DIR (a folder that exists)")
for path in write(Path(sys.argv[1])):
    print(f"wrote {path}")
