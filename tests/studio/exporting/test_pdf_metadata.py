"""When a PDF says that it was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from studio.exporting.formats import export
from studio.exporting.pdf_metadata import made_at

MOMENT = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def test_files_that_are_made_at_a_moment_say_so(pages_of, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    pages = pages_of(texts=("a letter",))

    def moment(name: str) -> datetime:
        (path,) = export(pages, tmp_path / name)
        found = PdfReader(path).metadata
        assert found.creation_date == found.modification_date
        return found.creation_date

    with made_at(MOMENT):
        assert moment("one.pdf") == MOMENT
        with made_at(MOMENT + timedelta(days=1)):
            assert moment("other.pdf") == MOMENT + timedelta(days=1)
        assert moment("two.pdf") == MOMENT
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    with pytest.raises(KeyError), made_at(MOMENT):
        raise KeyError
    begin = datetime.now(UTC).replace(microsecond=0)
    assert moment("now.pdf") >= begin
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(MOMENT.timestamp())))
    assert moment("given.pdf") == MOMENT
    # What is no number is no moment.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert moment("odd.pdf") >= begin
