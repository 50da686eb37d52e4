"""Markdown and HTML become headings, lists, marked words, tables; what cannot be shown is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FileError, SettingError
from studio.document.note import Block
from studio.document.text_marks import MarkKind, Role, Sign
from studio.importing.html_reader import read_html
from studio.importing.markdown_reader import looks_like_markdown, read_markdown
from studio.importing.markup import Markup, decode_text, markup_named, markup_of, read_markup
from studio.importing.rich_text import RichText

SAMPLES = Path(__file__).with_name("rich_text_samples")

SHORT = {
    MarkKind.UNDERLINED: "_",
    MarkKind.PRESSED: "*",
    MarkKind.STRUCK: "~",
}
SIGNS = {Sign.DOT: "•", Sign.CIRCLE: "◦", Sign.DASH: "–", Sign.BOX: "☐", Sign.CHECKED: "☑"}


def shown(rich: RichText) -> list[str]:
    """The blocks as lines: indented, with signs, and marks about marked words."""
    return [line(block) for block in rich.blocks]


def line(block: Block) -> str:
    text = block.text
    inserted: dict[int, str] = {}
    for mark in block.marks:
        inserted[mark.start] = inserted.get(mark.start, "") + SHORT[mark.kind]
        inserted[mark.stop] = SHORT[mark.kind] + inserted.get(mark.stop, "")
    for place in sorted(inserted, reverse=True):
        text = text[:place] + inserted[place] + text[place:]
    if block.role is Role.RULE:
        return "----"
    lead = {Role.HEADING: "#", Role.QUOTE: ">"}.get(block.role, "") * block.level
    if block.role is Role.ITEM:
        lead = "  " * block.level + (SIGNS[block.sign] if block.sign else "")
    return f"{lead} {text}" if lead.strip() else lead + text


def markdown(text: str) -> list[str]:
    return shown(read_markdown(text))


def html(text: str) -> list[str]:
    return shown(read_html(text))


SHOPPING = """\
# Shopping

**Bread** and *butter*

- [ ] milk
- [x] eggs

1. Wash `two` apples
2. See <https://example.org>
"""
TRIP = """\
---
title: Trip
---
The sea
=======

We go ~~late~~ **very _soon_**, with [Tom](https://tom.example.org) and ![a boat](boat.png) there.
The same paragraph.\\
A new line.

> Quoted
> words

3) three
4) four
   - below
     * deeper

***

| Item | Qty |
|------|----:|
| Pens | 12  |
|      | 3   |

```
if x:
    y
```
"""


def test_markdown_is_written_without_its_marks() -> None:
    assert markdown(SHOPPING) == [
        "# Shopping", "*Bread* and _butter_", "", "☐ milk", "☑ eggs", "",
        "1. Wash two apples", "2. See https://example.org",
    ]  # fmt: skip


def test_all_that_markdown_has_becomes_blocks() -> None:
    assert markdown(TRIP) == [
        "# The sea",
        "We go ~late~ *very _soon_*, with Tom and  there. The same paragraph.\nA new line.", "",
        "> Quoted words", "",
        "3) three", "4) four", "  ◦ below", "    – deeper", "",
        "----", "",
        "_Item_\t_Qty_", "Pens\t12", "\t3", "",
        "if x:\n    y",
    ]  # fmt: skip
    (remark,) = read_markdown(TRIP).remarks
    assert remark == (
        "Left out, for a hand cannot write it: 1 header of the file (title: Trip); "
        "1 address of a link (https://tom.example.org); 1 picture (a boat)."
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("* one\n* two", ["• one", "• two"]),
        ("+ one\n\n+ two", ["• one", "", "• two"]),
        ("- [X] done\n- [ ] *not* yet", ["☑ done", "☐ _not_ yet"]),
        ("1. a\n1. b", ["1. a", "2. b"]),
        ("7. a\n8. b", ["7. a", "8. b"]),
        ("- a\n\n  more of a", ["• a", "", "  more of a"]),
        ("-\n- b", ["• ", "• b"]),
        ("a\\*b\\* &amp; c &copy;", ["a*b* & c ©"]),
        ("x<sup>2</sup> H<sub>2</sub>O <u>and</u><br>so", ["x² H₂O _and_\nso"]),
        ("<b>un</b>believ**able**", ["*un*believ*able*"]),
        ("<div><h2>Hi</h2><p>you <s>two</s></p></div>\n\nand", ["## Hi", "you ~two~", "", "and"]),
        ("<!-- hidden -->\n\nseen", ["seen"]),
        ("![](a.png)", []),
        ("", []),
        ("* * *\ntext", ["----", "", "text"]),
        ("[a@b.org](mailto:a@b.org) <a@b.org>", ["a@b.org a@b.org"]),
        ("# A\n## B\n\ntext", ["# A", "", "## B", "text"]),
        ("a_b_c and 2*3*4 and snake_case", ["a_b_c and 2_3_4 and snake_case"]),
    ],
)
def test_markdown_of_many_kinds(text: str, lines: list[str]) -> None:
    assert markdown(text) == lines


def test_links_that_say_their_address_are_not_told() -> None:
    rich = read_markdown(
        "<https://a.example.org> [b.example.org](https://b.example.org/) [top](#top) "
        "[me@x.org](mailto:me@x.org)"
    )
    assert rich.remarks == ()


def test_many_of_a_kind_are_counted() -> None:
    rich = read_markdown(" ".join(f"![p{k}](x)" for k in range(9)))
    assert "9 pictures (p0, p1, p2, p3, p4 and 4 more)" in rich.remarks[0]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (SHOPPING, True),
        (TRIP, True),
        ("# Title\n\n- one\n- two", True),
        ("| a | b |\n|---|---|\n| 1 | 2 |", True),
        ("**bold** and *thin*", True),
        ("see [this](https://x.org) and `that`", True),
        ("Dear Tom,\n\n- milk\n- eggs\n\nYours", False),
        ("2 * 3 * 4 = 24", False),
        ("#5 is the best, #1 is not", False),
        ("snake_case and __init__ of a class", False),
        ("He said *sotto voce* that it was late.", False),
        ("Tel. 030 / 123 [office] (home)", False),
        ("", False),
    ],
)
def test_pasted_markdown_is_told_from_plain_text(text: str, sure: bool) -> None:
    assert looks_like_markdown(text) is sure


WORD = (SAMPLES / "word.html").read_text("utf-8")

GOOGLE = (SAMPLES / "google-docs.html").read_text("utf-8")

MAIL = (SAMPLES / "mail.html").read_text("utf-8")


def test_word_becomes_blocks() -> None:
    assert html(WORD) == [
        "# Our trip",
        "Dear *Anna*,", "",
        "we leave on _Friday_ at _seven_, ~not eight~. Bring x²:", "",
        "• boots", "  ◦ with laces", "1. a map", "",
        "Train\t18.40", "Bus\t7.50",
    ]  # fmt: skip
    assert read_html(WORD).remarks == ()


def test_google_docs_become_blocks() -> None:
    assert html(GOOGLE) == [
        "## Weekend plan",
        "*First* the garden, _then_ ~tea~",
        "• Fix the gate", "  ◦ buy hinges", "☑ called Tom", "☐ call Ann", "",
        "1. one", "2. two", "",
        "the map",
    ]  # fmt: skip
    assert read_html(GOOGLE).remarks == (
        "Left out, for a hand cannot write it: 1 address of a link (https://maps.example.org/q).",
    )


def test_mail_becomes_blocks() -> None:
    assert html(MAIL) == [
        "Hi Tom,", "", "see you at *nine*.", "Bring\u00a010\u00a0€.", "", "Ann", "",
        "> On Monday Tom wrote:", "", "> When?", "", "One footer",
    ]  # fmt: skip
    assert read_html(MAIL).remarks == (
        "Left out, for a hand cannot write it: 1 picture (our dog).",
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("plain", ["plain"]),
        ("<p>one<p>two", ["one", "", "two"]),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", ["• a", "• b", "  ◦ c", "• d"]),
        ("<ol start=4><li>a<li value=9>b<li>c</ol>", ["4. a", "9. b", "10. c"]),
        ("<li><input type=checkbox checked> a<li><input type=checkbox> b", ["☑ a", "☐ b"]),
        ("<ul><li><p>a</p><p>more</p></li></ul>", ["• a", "  more"]),
        ("<ul><li>a<br>b</li></ul>", ["• a\nb"]),
        ("a<hr>b", ["a", "", "----", "", "b"]),
        ("<pre>  x\n    y</pre>", ["  x\n    y"]),
        ("<div>a</div><div>b</div>", ["a", "b"]),
        ("a<br><br><br>b", ["a", "", "b"]),
        ("<p>a &lt;b&gt; &amp;amp; &eacute;</p>", ["a <b> &amp; é"]),
        ("<p>a\n   b\t c</p>", ["a b c"]),
        ("<b>a</b> <b>b</b> c", ["*a* *b* c"]),
        ("<p>x <span style='display:none'>no</span>y</p>", ["x y"]),
        ("<a href='https://x.org'>x.org</a>", ["x.org"]),
        ("<dl><dt>Tea</dt><dd>hot</dd></dl>", ["Tea", "hot"]),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", ["_A_\t_B_", "1\t2"]),
        ("<table><tr><td>only</td></tr><tr><td>rows</td></tr></table>", ["only", "rows"]),
        ("<blockquote>deep<blockquote>er</blockquote></blockquote>", ["> deep", "", ">> er"]),
        ("<h1><b>Big</b> <s>x</s></h1>text", ["# Big ~x~", "text"]),
        ("<p>a</b></i></div></p>b", ["a", "", "b"]),
        ("<", ["<"]),
        ("<p", ["<p"]),
        ("", []),
    ],
)
def test_html_of_many_kinds(text: str, lines: list[str]) -> None:
    assert html(text) == lines


def test_what_is_nested_absurdly_or_endless_is_read_or_refused() -> None:
    deep = "<div>" * 5000 + "text" + "</div>" * 5000
    assert "".join(html(deep)) == "text"
    lists = "<ul><li>" * 400 + "x"
    assert html(lists)[-1].strip().endswith("x")
    with pytest.raises(FileError, match="too many elements"):
        read_html("<i>" * 200_001)


def test_a_long_text_is_read_in_time_that_grows_with_it() -> None:
    def seconds(count: int) -> float:
        text = "<p>some <b>words</b> of a text</p>" * count
        begun = time.process_time()
        assert len(read_html(text).blocks) == 2 * count - 1
        return time.process_time() - begun

    # Not a time of the clock: how it grows.
    assert seconds(4000) < 40 * max(seconds(400), 1e-3)


tags = st.sampled_from(
    "p b i ul ol li div span table tr td th h1 br hr pre blockquote a s".split()  # noqa: SIM905
)
parts = st.one_of(
    st.text("xz \n\u00a0", max_size=6),
    tags.map("<{}>".format),
    tags.map("</{}>".format),
    st.sampled_from(["<li style='list-style-type:disc'>", "<p style='mso-list:l0 level3'>"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(parts, max_size=30).map("".join))
def test_any_html_is_read_and_its_letters_stay(text: str) -> None:
    rich = read_html(text)
    assert all(mark.stop <= len(block.text) for block in rich.blocks for mark in block.marks)
    assert [block.id for block in rich.blocks] == list(range(len(rich.blocks)))
    found = [c for block in rich.blocks for c in block.text if c in "xz"]
    assert found == [c for c in text if c in "xz"]


@given(st.text("ab<>&!-/ ='\"", max_size=60))
def test_what_is_hardly_html_is_read(text: str) -> None:
    read_html(text)


@given(st.text("ab#*_-[]()>|`~ \n1.", max_size=60))
def test_any_markdown_is_read(text: str) -> None:
    rich = read_markdown(text)
    letters = [c for c in "".join(block.text for block in rich.blocks) if c in "ab"]
    # Addresses of links are left out, and the names of code.
    assert len(letters) <= sum(c in "ab" for c in text)
    if "](" not in text and "`" not in text and "]:" not in text:
        assert len(letters) == sum(c in "ab" for c in text)


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("a.md", "markdown"),
        ("A.MARKDOWN", "markdown"),
        ("b.htm", "html"),
        ("c.txt", "plain"),
        ("d", "plain"),
    ],
)
def test_a_files_name_tells_its_markup(name: str, markup: str) -> None:
    assert markup_of(Path(name)) == markup


def test_an_unknown_markup_is_refused() -> None:
    with pytest.raises(SettingError, match="plain, markdown, html"):
        markup_named("rtf")


def test_pages_of_html_say_their_encoding_and_texts_are_utf_8() -> None:
    page = "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'><p>10 € é</p>"
    assert "10 € é" in decode_text(page.encode("cp1252"), "a.htm", Markup.HTML)
    assert decode_text("\ufeffé".encode(), "a.txt") == "é"
    wrong = page.replace("windows-1252", "martian")
    assert "10 €" in decode_text(wrong.encode(), "a.htm", Markup.HTML)
    with pytest.raises(FileError, match="save it as UTF-8"):
        decode_text("é".encode("cp1252"), "a.txt")


def test_plain_text_stays_as_it_is() -> None:
    rich = read_markup("# no *heading*\n\n- [ ] so", Markup.PLAIN)
    assert [block.text for block in rich.blocks] == ["# no *heading*", "", "- [ ] so"]
    assert {block.role for block in rich.blocks} == {Role.PARAGRAPH}
