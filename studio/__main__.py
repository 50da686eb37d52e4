"""`python -m studio` is the program `scriptorium`."""

from __future__ import annotations

from studio.command.main import main

if __name__ == "__main__":
    raise SystemExit(main())
