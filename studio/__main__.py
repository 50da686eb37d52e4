"""`python -m studio` is the program `scriptorium`."""

from __future__ import annotations

import runpy
import sys

from studio.command.main import main

MODULES = ("studio", "training")

if __name__ == "__main__":
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2] in MODULES:
        # In a bundle `sys.executable` is this program: it is started as Python would be.
        del sys.argv[:2]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        raise SystemExit(main())
