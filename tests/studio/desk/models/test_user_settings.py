"""Settings: kept, read back, and set aside where they are damaged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.desk.models.user_settings import Appearance, Settings, SettingsModel


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
        '{"appearance": "sepia"}',
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
    assert model.value == Settings()
    assert "set aside" in model.notice
    assert (tmp_path / "settings.damaged.json").read_text(encoding="utf-8") == text


def test_settings_of_another_version_keep_what_is_known(tmp_path, qapp):
    path = tmp_path / "settings.json"
    path.write_text('{"appearance": "dark", "from_the_future": 1}', encoding="utf-8")
    assert SettingsModel(path).value == replace(Settings(), appearance=Appearance.DARK)


def test_numbers_out_of_range_are_brought_into_it():
    assert Settings(interface_scale=9.0).interface_scale == 2.0
    assert Settings(writing_speed=-1.0).writing_speed == 0.0


def test_settings_that_cannot_be_kept_are_told_of(tmp_path, qapp):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    model = SettingsModel(blocked / "settings.json")
    model.change(greeted=True)
    assert model.value.greeted
    assert "could not be kept" in model.notice
