"""``python -m cli``: the command without its installed name."""

import sys

from cli.main import main

sys.exit(main())
