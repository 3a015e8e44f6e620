"""`python -m sn_mock` is `sn-mock`: a process that is the command's alone."""

import gc
import sys


def main() -> int:
    """Run the command. Until its module is loaded nothing becomes garbage, and looking for some costs 3 ms."""
    gc.disable()
    from sn_mock import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
