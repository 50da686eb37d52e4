"""Write a line in each style that ships, by the hand that it ships for: `resources/samples`.

`python .ci/style_samples.py` after a change of a hand or a style that ships, or of how lines are
written. The studio shows these lines in its list of styles before its hand is loaded. Those that
still belong to a hand and a style are kept; `--anew` writes all of them.
"""

from __future__ import annotations

import sys

from engine.bundled_hands import bundled_hands, path_of, sha256_of
from engine.hand import Hand
from engine.style.style import bundled
from studio.library.style_samples import (
    sample_key,
    shipped_samples,
    write_sample,
    write_samples,
)


def main() -> None:
    """Write what is missing, and delete what belongs to nothing."""
    folder = shipped_samples()
    folder.mkdir(exist_ok=True)
    there = set() if "--anew" in sys.argv[1:] else {path.stem for path in folder.glob("*.json")}
    wanted = set()
    for name in bundled_hands():
        sha256 = sha256_of(name)
        styles = {sample_key(sha256, style): style for style in bundled(name).values()}
        wanted |= set(styles)
        missing = {style.name: style for key, style in styles.items() if key not in there}
        hand = Hand.load(path_of(name)) if missing else None
        for sample in write_samples(hand, list(missing.values())) if hand else ():
            path = write_sample(folder, sha256, missing[sample.name], sample.ink)
            print(f"{name} {sample.name}: {path.name}")
    for path in folder.glob("*.json"):
        if path.stem not in wanted:
            path.unlink()
            print(f"deleted {path.name}")


if __name__ == "__main__":
    main()
