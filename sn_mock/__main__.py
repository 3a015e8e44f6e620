"""`python -m sn_mock` is `sn-mock`."""

import sys

from sn_mock.cli import main

sys.exit(main())
