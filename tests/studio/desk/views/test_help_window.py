"""The guide and the keys are there without a network."""

from __future__ import annotations

import re

from PySide6.QtCore import QUrl

from studio.desk.views.help_window import KEYS, MANUALS, manuals


def test_every_manual_is_there_and_opens(make_studio):
    studio = make_studio(hand=False)
    studio.actions.trigger("help.guide")
    guide = studio.help.guide
    assert guide.isVisible()
    assert "The studio" in guide.page.toPlainText()
    for name, _ in MANUALS:
        guide.show_page(name)
        assert guide.page.toPlainText().strip()
    chapters = [guide.contents.item(k).text().strip() for k in range(guide.contents.count())]
    assert "Export and print" in chapters
    row = chapters.index("Export and print")
    guide.contents.setCurrentRow(row)
    assert guide.page.verticalScrollBar().value() > 0
    guide.close()


def test_the_keys_are_those_that_hold(make_studio):
    studio = make_studio(hand=False)
    studio.settings.change(shortcuts={"file.export": "F7", "file.print": ""})
    studio.actions.trigger("help.keys")
    told = studio.help.guide.page.toPlainText()
    assert re.search(r"Export …\s+F7", told)
    assert "Print …" not in told
    studio.settings.change(shortcuts={"file.export": "F8"})
    studio.actions.trigger("help.keys")
    assert re.search(r"Export …\s+F8", studio.help.guide.page.toPlainText())
    studio.help.guide.close()


def test_links_lead_to_other_pages_and_words_are_found(make_studio):
    studio = make_studio(hand=False)
    studio.actions.trigger("help.guide")
    guide = studio.help.guide
    guide._follow(QUrl("inspector.md"))
    assert "folds out a pane" in guide.page.toPlainText()
    guide._follow(QUrl("training.md"))
    assert "not part of the guide" in guide.notice.text()
    guide.search.setText("palm")
    guide.seek()
    guide.search.setText("no such words at all")
    guide.seek()
    assert "is not in the guide" in guide.notice.text()
    guide.search.setText("Ctrl+Shift+G")
    guide.seek()
    assert guide.page.textCursor().selectedText() == "Ctrl+Shift+G"
    guide.close()


def test_pictures_that_are_not_there_leave_no_gap(make_studio, tmp_path):
    assert manuals() is not None
    studio = make_studio(hand=False)
    studio.actions.trigger("help.guide")
    guide = studio.help.guide
    (tmp_path / "speed.md").write_text("# Speed\n\n![a picture](gone.png)\n\nwords")
    guide._folder, guide._texts = tmp_path, {}
    assert guide._text("speed.md") == "# Speed\n\n\n\nwords"
    assert "install the program again" in guide._text("studio.md")
    assert KEYS not in guide._texts
    guide.close()
