"""`python -m provider_stub`."""

import sys

from provider_stub.cli import main

sys.exit(main())
