"""`python -m chalkgrad`: the command line."""

import sys

from chalkgrad.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
