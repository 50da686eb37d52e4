from dataclasses import replace

import numpy as np
import pytest
from lxml import etree

from engine.errors import FileError
from engine.ink import inkml as inkml_reader
from engine.ink.ink import Ink, Stroke
from studio.document.page import Page, Pages, PlacedLine, PlacedWord
from studio.document.paper import PAPERS
from studio.exporting.inkml_exporter import export

NAMES = {"i": "http://www.w3.org/2003/InkML"}
ID = "{http://www.w3.org/XML/1998/namespace}id"

# The part of the Recommendation's grammar (sections 3 to 7) that ink on pages can use: which
# element may stand in which, in which order, with which attributes of which type.
GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2003/InkML"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="ink">
      <oneOrMore>
        <choice>
          <element name="definitions">
            <oneOrMore>
              <choice>
                <ref name="brush"/><ref name="context"/><ref name="timestamp"/>
                <ref name="traceFormat"/><ref name="trace"/><ref name="traceGroup"/>
              </choice>
            </oneOrMore>
          </element>
          <ref name="context"/><ref name="trace"/><ref name="traceGroup"/><ref name="annotation"/>
        </choice>
      </oneOrMore>
    </element>
  </start>
  <define name="identity"><attribute name="xml:id"><data type="NCName"/></attribute></define>
  <define name="annotation">
    <element name="annotation">
      <optional><attribute name="type"/></optional>
      <text/>
    </element>
  </define>
  <define name="timestamp">
    <element name="timestamp">
      <ref name="identity"/>
      <optional><attribute name="time"><data type="unsignedLong"/></attribute></optional>
    </element>
  </define>
  <define name="traceFormat">
    <element name="traceFormat">
      <optional><ref name="identity"/></optional>
      <zeroOrMore>
        <element name="channel">
          <attribute name="name">
            <choice>
              <value>X</value><value>Y</value><value>Z</value><value>F</value><value>S</value>
              <value>T</value><value>W</value><value>OTx</value><value>OTy</value>
            </choice>
          </attribute>
          <optional>
            <attribute name="type">
              <choice>
                <value>integer</value><value>decimal</value><value>double</value>
                <value>boolean</value>
              </choice>
            </attribute>
          </optional>
          <optional><attribute name="min"><data type="decimal"/></attribute></optional>
          <optional><attribute name="max"><data type="decimal"/></attribute></optional>
          <optional><attribute name="respectTo"><data type="anyURI"/></attribute></optional>
          <optional>
            <attribute name="units">
              <choice>
                <value>m</value><value>cm</value><value>mm</value><value>in</value>
                <value>pt</value><value>s</value><value>ms</value><value>N</value>
                <value>%</value><value>dev</value>
              </choice>
            </attribute>
          </optional>
        </element>
      </zeroOrMore>
    </element>
  </define>
  <define name="brush">
    <element name="brush">
      <optional><ref name="identity"/></optional>
      <zeroOrMore>
        <element name="brushProperty">
          <attribute name="name">
            <choice>
              <value>width</value><value>height</value><value>color</value>
              <value>transparency</value><value>tip</value>
            </choice>
          </attribute>
          <attribute name="value"/>
          <optional><attribute name="units"/></optional>
        </element>
      </zeroOrMore>
      <zeroOrMore><ref name="annotation"/></zeroOrMore>
    </element>
  </define>
  <define name="context">
    <element name="context">
      <optional><ref name="identity"/></optional>
      <optional><attribute name="traceFormatRef"><data type="anyURI"/></attribute></optional>
      <optional><attribute name="brushRef"><data type="anyURI"/></attribute></optional>
      <optional><attribute name="timestampRef"><data type="anyURI"/></attribute></optional>
    </element>
  </define>
  <define name="traceGroup">
    <element name="traceGroup">
      <optional><ref name="identity"/></optional>
      <optional><attribute name="contextRef"><data type="anyURI"/></attribute></optional>
      <zeroOrMore>
        <choice><ref name="trace"/><ref name="traceGroup"/><ref name="annotation"/></choice>
      </zeroOrMore>
    </element>
  </define>
  <define name="trace">
    <element name="trace">
      <optional><ref name="identity"/></optional>
      <optional><attribute name="contextRef"><data type="anyURI"/></attribute></optional>
      <data type="string">
        <param name="pattern">\\s*\\-?\\d+(\\.\\d+)?(\\s+\\-?\\d+(\\.\\d+)?)*(\\s*,\\s*\\-?\\d+(\\.\\d+)?(\\s+\\-?\\d+(\\.\\d+)?)*)*\\s*</param>
      </data>
    </element>
  </define>
</grammar>
"""  # noqa: E501


@pytest.fixture(scope="module")
def grammar():
    return etree.RelaxNG(etree.fromstring(GRAMMAR))


def read(path):
    """The lines of a file, each its text and its traces as arrays by channel, as the standard has
    it: a trace's channels are those of the trace format of its context."""
    tree = etree.parse(path)
    known = {element.get(ID): element for element in tree.iter() if element.get(ID)}
    lines = []
    for group in tree.xpath("//i:traceGroup[i:annotation/@type='truth']", namespaces=NAMES):
        traces = []
        for trace in group.findall("i:trace", NAMES):
            context = known[trace.get("contextRef")[1:]]
            form = known[context.get("traceFormatRef")[1:]]
            names = [channel.get("name") for channel in form]
            values = np.array([point.split() for point in trace.text.split(",")], dtype=float)
            traces.append(dict(zip(names, values.T, strict=True)))
        lines.append((group.findtext("i:annotation[@type='truth']", namespaces=NAMES), traces))
    return lines


def test_a_file_follows_the_grammar(grammar, pages_of, tmp_path):
    for count in (1, 3):
        export(pages_of(count), tmp_path / "note.inkml")
        grammar.assertValid(etree.parse(tmp_path / "note.inkml"))


def test_the_truth_is_what_was_written(tmp_path):
    """What is imported as truth teaches letters: a written "and" is no "&"."""
    ink = Ink.from_lists([[(10, 30), (50, 30)], [(60, 30), (90, 30)], [(10, 32), (90, 32)]])
    words = (
        PlacedWord("&", (10, 20, 50, 30), 0, 2, written="and"),
        PlacedWord("Zoë", (60, 20, 90, 30), 2, 4, written="Zoe"),
    )
    plain = PlacedLine("so", ink, (PlacedWord("so", (10, 20, 90, 30), 0, 6),))
    lines = (PlacedLine("& Zoë", ink, words), plain)
    export(Pages((Page(PAPERS["A5"], lines=lines),)), tmp_path / "a.inkml")
    first, second = inkml_reader.read(tmp_path / "a.inkml")
    assert [text for _, text in (first, second)] == ["and Zoe", "so"]
    # The line under the words is no letter.
    assert len(first[0].strokes) == 2
    assert len(second[0].strokes) == 3
    typed = etree.parse(tmp_path / "a.inkml").xpath(
        "//i:annotation[@type='typed']/text()", namespaces=NAMES
    )
    assert typed == ["& Zoë"]


def test_references_lead_to_definitions(pages_of, tmp_path):
    export(pages_of(2), tmp_path / "note.inkml")
    tree = etree.parse(tmp_path / "note.inkml")
    identities = [element.get(ID) for element in tree.iter() if element.get(ID)]
    assert len(identities) == len(set(identities))
    references = {
        value
        for element in tree.iter()
        for name, value in element.attrib.items()
        if name.endswith("Ref") or name == "respectTo"
    }
    assert {reference[1:] for reference in references} <= set(identities)


def test_each_line_has_its_text_and_its_points(pages_of, tmp_path):
    pages = pages_of(2)
    export(pages, tmp_path / "note.inkml")
    found = read(tmp_path / "note.inkml")
    lines = list(pages.lines)
    assert [text for text, _ in found] == [line.text for line in lines]
    for (_, traces), line in zip(found, lines, strict=True):
        assert len(traces) == len(line.ink.strokes)
        for trace, stroke in zip(traces, line.ink.strokes, strict=True):
            np.testing.assert_allclose(np.stack([trace["X"], trace["Y"]], 1), stroke.xy, atol=6e-4)


def test_time_runs_on_through_the_note_at_the_hands_pace(pages_of, tmp_path):
    pages = pages_of(2)
    export(pages, tmp_path / "note.inkml")
    times = [trace["T"] for _, traces in read(tmp_path / "note.inkml") for trace in traces]
    assert times[0][0] == 0
    assert (np.diff(np.concatenate(times)) > 0).all()
    strokes = [stroke for line in pages.lines for stroke in line.ink.strokes]
    for time, stroke in zip(times, strokes, strict=True):
        np.testing.assert_allclose(time - time[0], (stroke.time - stroke.time[0]) * 1000, atol=0.11)


def test_pressure_is_written_where_it_is_known(grammar, pages_of, tmp_path):
    pages = pages_of(texts=["on"])
    (line,) = pages.lines
    first, *others = line.ink.strokes
    firm = Stroke(first.xy, first.time, np.linspace(0, 1, len(first)))
    bare = Stroke(others[0].xy)
    inked = replace(line, ink=Ink((firm, bare, *others[1:])))
    page = replace(pages.pages[0], lines=(inked,))
    export(replace(pages, pages=(page,)), tmp_path / "note.inkml")
    grammar.assertValid(etree.parse(tmp_path / "note.inkml"))
    ((_, traces),) = read(tmp_path / "note.inkml")
    np.testing.assert_allclose(traces[0]["F"], np.linspace(0, 100, len(first)), atol=0.06)
    assert list(traces[1]) == ["X", "Y"]


def test_annotations_say_how_it_was_written(pages_of, tmp_path):
    export(replace(pages_of(), title="Ω & <手紙>", author="A\x07"), tmp_path / "note.inkml")
    tree = etree.parse(tmp_path / "note.inkml")
    told = {note.get("type"): note.text for note in tree.getroot().findall("i:annotation", NAMES)}
    assert told.pop("software").startswith("Scriptorium")
    assert told == {
        "title": "Ω & <手紙>",
        "creator": "A",
        "hand": "default",
        "hand-sha256": "0123abcd" * 8,
        "style": "amber",
        "bias": "0.75",
        "seed": "0-4",
    }
    first = tree.xpath("(//i:traceGroup[i:annotation/@type='truth'])[2]", namespaces=NAMES)[0]
    assert first.findtext("i:annotation[@type='seed']", namespaces=NAMES) == "1"


def test_pens_of_a_kind_are_defined_once(pages_of, tmp_path):
    pages = pages_of(3)
    export(pages, tmp_path / "note.inkml")
    tree = etree.parse(tmp_path / "note.inkml")
    for kind in ("brush", "context", "traceFormat"):
        assert len(tree.xpath(f"//i:{kind}", namespaces=NAMES)) == 1
    properties = tree.xpath("//i:brushProperty", namespaces=NAMES)
    assert {p.get("name"): p.get("value") for p in properties} == {
        "width": "0.45",
        "height": "0.45",
        "color": "#1b2a6b",
        "transparency": "0",
    }


def test_the_same_pages_make_the_same_bytes(pages_of, tmp_path):
    for name in ("a", "b"):
        export(pages_of(), tmp_path / f"{name}.inkml")
    assert (tmp_path / "a.inkml").read_bytes() == (tmp_path / "b.inkml").read_bytes()


def test_a_folder_that_is_not_there_is_told(pages_of, tmp_path):
    with pytest.raises(FileError, match="folder"):
        export(pages_of(), tmp_path / "nowhere" / "note.inkml")
