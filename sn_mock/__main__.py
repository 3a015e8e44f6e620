"""`python -m sn_mock` is `sn-mock`: a process that is the command's alone."""

import gc
import sys


def main() -> int:
    """Run the command. While `sn_mock.cli` loads nothing becomes garbage, and looking for some costs 3 ms; once the
    command's own module is there, too, `cli` has the collector at work again."""
    gc.disable()
    from sn_mock import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
