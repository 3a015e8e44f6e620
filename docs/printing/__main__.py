"""`python -m docs.printing DIR` writes the reference pages there, the index that `explain` works from, and the schemas
beside the examples.
"""

import sys
from pathlib import Path

from docs.printing import SCHEMAS, write
from sn_mock.diagnosis.texts.index import FILE, print_to
from sn_mock.lab.explaining import index

if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
    sys.exit("usage: python -m docs.printing DIR (a folder that exists)")
for path in (*write(Path(sys.argv[1])), *write(Path(__file__).parents[2] / "examples", SCHEMAS)):
    print(f"wrote {path}")
text = print_to(index())
if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
    FILE.write_text(text, encoding="utf-8")
    print(f"wrote {FILE}")
