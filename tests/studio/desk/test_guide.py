"""The guide to the studio names the commands and keys that there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from studio.desk.wiring import Studio

DOCUMENTS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCUMENTS / "studio.md").read_text("utf-8")


def test_the_table_of_keys_is_that_of_the_actions(make_studio: Callable[..., Studio]):
    studio = make_studio(hand=False)
    actions = [action for action in studio.actions if action.shortcut]
    told = re.findall(r"^\| (\w+) \| (.+) \| `(.+)` \|$", GUIDE, re.MULTILINE)
    assert sorted(told) == sorted((a.menu or a.scope, a.title, a.shortcut) for a in actions)


def test_what_the_guide_refers_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert links
    assert not [link for link in links if not (DOCUMENTS / link).is_file()]
