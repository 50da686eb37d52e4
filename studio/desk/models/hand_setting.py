"""How the settings name the hand that is chosen: one that ships, or a taught one."""

from __future__ import annotations

from engine.bundled_hands import DEFAULT, titles

#: What the setting of another hand that ships begins with: no file of a taught hand has a slash.
BUNDLED = "bundled/"


def setting_of(title: str) -> str:
    """What the settings keep of the hand that is called so in lists."""
    name = titles().get(title)
    if name is None:
        return title
    return "" if name == DEFAULT else f"{BUNDLED}{name}"


def shipped_by_setting(setting: str) -> str | None:
    """The name of the hand that ships which a setting means; None for a taught one."""
    if not setting:
        return DEFAULT
    name = setting.removeprefix(BUNDLED)
    return name if name != setting else None
