"""Settings: kept, read back, and set aside where they are damaged."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from studio.desk.models.user_settings import Appearance, SettingsModel, UserSettings


def test_settings_come_back_as_they_were(tmp_path, qapp):
    path = tmp_path / "deep" / "settings.json"
    model = SettingsModel(path)
    model.change(
        appearance=Appearance.DARK,
        shortcuts={"file.save": "F5"},
        recent=("/a", "/b"),
        interface_scale=1.3,
    )
    assert SettingsModel(path).value == model.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        "\x00",
        '{"appearance": "sepia"}',
        '{"interface_scale": 1' + 400 * "0" + "}",
        '{"recent": ["a\\u0000b"]}',
        '{"interface_scale": "large"}',
        '{"interface_scale": NaN}',
        '{"recent": "a"}',
        '{"shortcuts": {"a": 5}}',
        '{"device": "tpu"}',
        '{"precision": "float46"}',
        '{"greeted": 1}',
        '{"writing_speed": true}',
    ],
)
def test_damaged_settings_are_set_aside_and_not_fatal(tmp_path, qapp, text):
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    model = SettingsModel(path)
    assert model.value == UserSettings()
    assert "set aside" in model.notice
    assert (tmp_path / "damaged" / "settings.json").read_text(encoding="utf-8") == text
    model.change(greeted=True)
    assert SettingsModel(path).value == model.value
    assert SettingsModel(path).notice == ""


def test_one_damaged_setting_costs_no_other(tmp_path, qapp):
    path = tmp_path / "settings.json"
    text = '{"recent": ["/a"], "interface_scale": "large", "shortcuts": {"file.save": "F5"}}'
    path.write_text(text, encoding="utf-8")
    model = SettingsModel(path)
    assert model.value == UserSettings(recent=("/a",), shortcuts={"file.save": "F5"})
    assert "interface_scale" in model.notice
    assert (tmp_path / "damaged" / "settings.json").read_text(encoding="utf-8") == text
    assert SettingsModel(path).value == model.value


def test_settings_that_cannot_be_read_are_not_written_over(tmp_path, qapp, monkeypatch):
    path = tmp_path / "settings.json"
    SettingsModel(path).change(interface_scale=1.5)
    before = path.read_bytes()

    def refused(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.read_text", refused)
        model = SettingsModel(path)
    assert "Permission denied" in model.notice
    model.change(greeted=True)
    assert model.value.greeted
    assert path.read_bytes() == before


def test_settings_of_another_version_keep_what_is_known(tmp_path, qapp):
    path = tmp_path / "settings.json"
    path.write_text('{"appearance": "dark", "from_the_future": 1}', encoding="utf-8")
    assert SettingsModel(path).value == replace(UserSettings(), appearance=Appearance.DARK)


def test_numbers_out_of_range_are_brought_into_it():
    assert UserSettings(interface_scale=9.0).interface_scale == 2.0
    assert UserSettings(writing_speed=-1.0).writing_speed == 0.0


def test_settings_that_cannot_be_kept_are_told_of(tmp_path, qapp):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    model = SettingsModel(blocked / "settings.json")
    model.change(greeted=True)
    assert model.value.greeted
    assert "could not be saved" in model.notice


def test_what_another_window_has_set_is_not_written_over(tmp_path, qapp):
    path = tmp_path / "settings.json"
    first = SettingsModel(path)
    first.take(first.value.with_recent(tmp_path / "old"))
    first.change(shortcuts={"file.save": "Ctrl+1", "file.open": "Ctrl+2"})
    second = SettingsModel(path)
    first.take(first.value.with_recent(tmp_path / "a"))
    first.change(shortcuts={"file.save": "Ctrl+1", "file.new": "Ctrl+3"}, interface_scale=1.5)
    second.take(second.value.with_recent(tmp_path / "b"))
    second.change(shortcuts={**second.value.shortcuts, "file.quit": ""}, writing_speed=0.25)
    value = SettingsModel(path).value
    assert [Path(name).name for name in value.recent] == ["b", "a", "old"]
    assert value.shortcuts == {"file.save": "Ctrl+1", "file.new": "Ctrl+3", "file.quit": ""}
    assert (value.interface_scale, value.writing_speed) == (1.5, 0.25)
    # The window that is open keeps its looks, and knows what was opened in the other.
    assert second.value.interface_scale == 1.0
    assert [Path(name).name for name in second.value.recent] == ["b", "a", "old"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")
def test_settings_can_be_read_by_nobody_else(tmp_path, qapp):
    path = tmp_path / "config" / "settings.json"
    SettingsModel(path).take(UserSettings().with_recent(tmp_path / "letter.scriptorium"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_note_whose_name_no_encoding_takes_is_remembered(tmp_path, qapp):
    path = tmp_path / "settings.json"
    name = tmp_path / "caf\udce9.scriptorium"
    SettingsModel(path).take(UserSettings().with_recent(name))
    assert SettingsModel(path).value.recent == (str(name),)


def test_settings_that_are_damaged_meanwhile_are_not_written_over(tmp_path, qapp):
    path = tmp_path / "settings.json"
    model = SettingsModel(path)
    model.change(interface_scale=1.5)
    path.write_text("damaged by somebody", encoding="utf-8")
    model.change(greeted=True)
    assert (tmp_path / "damaged" / "settings.json").read_text() == "damaged by somebody"
    assert "set aside" in model.notice
    assert SettingsModel(path).value == model.value
