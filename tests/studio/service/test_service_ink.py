"""Ink over HTTP: every format, the report, rewrites, one's own ink, streams and batches."""

from __future__ import annotations

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest
from PIL import Image

from engine.hand import Hand
from engine.sampling.policy import ONCE
from engine.style.style import bundled
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter
from studio.service.ink_answer import format_wanted, report_header
from studio.service.ink_request import InkRequest
from studio.service.requested_note import RequestedStyles, own_style, requested_note
from studio.service.service_errors import ServiceError
from studio.service.service_settings import ServiceLimits, ServiceSettings

BODY = {
    "text": "Dear Ada,\nthe engine weaves patterns as the loom weaves flowers, and 5 %.",
    "seed": 3,
    "style": None,
    "paper": {"name": "A6", "landscape": True, "margins": 10},
}


def events_of(answer):
    name, found = "", []
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            found.append((name, json.loads(line[6:])))
    return found


def lines_of(answer):
    return {line["id"]: line for page in answer["pages"] for line in page["lines"]}


def test_the_ink_is_that_of_the_command_line(service, tiny_hand_path):
    answer = service.http.post("/v1/ink", json=BODY).json()
    hand = Hand.load(tiny_hand_path)
    request = InkRequest.model_validate(BODY)
    note, _ = requested_note(request, None, ServiceLimits())
    pages = lay_out(note, HandWriter(hand, bundled().__getitem__, policy=ONCE)).pages
    expected = [line.ink for page in pages for line in page.lines]
    found = [line["strokes"] for line in lines_of(answer).values()]
    assert len(found) == len(expected) > 1
    for strokes, ink in zip(found, expected, strict=True):
        for flat, stroke in zip(strokes, ink.strokes, strict=True):
            np.testing.assert_allclose(np.reshape(flat, (-1, 2)), stroke.xy, atol=0.02)


def ends_of(answer):
    return {line["text"].split(" ")[-1] for line in lines_of(answer).values()}


def test_a_text_is_set_as_its_language_does(service):
    body = {**BODY, "text": " ".join(f"{'a' * (1 + n % 7)} 10 kg" for n in range(40))}
    plain = service.http.post("/v1/ink", json=body).json()
    assert "10" in ends_of(plain), "a number is parted from its unit somewhere"
    body["language"] = "de"
    answer = service.http.post("/v1/ink", json=body).json()
    assert len(lines_of(answer)) > 3
    assert "10" not in ends_of(answer)
    body["edits"] = [{"line": list(lines_of(answer))[-1], "seed": 4}]
    edited = service.http.post("/v1/ink", json=body).json()
    assert lines_of(edited) != lines_of(answer)
    assert "10" not in ends_of(edited)


def test_every_format_opens_in_other_programs(service):
    def made(**headers):
        answer = service.http.post("/v1/ink", json=BODY, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["scriptorium-pages"] == "1"
        return answer

    pdf = made(accept="application/pdf")
    reader = pypdf.PdfReader(io.BytesIO(pdf.content))
    assert "Dear Ada" in reader.pages[0].extract_text()
    svg = ElementTree.fromstring(made(accept="image/svg+xml").content)
    assert svg.tag.endswith("svg")
    png = Image.open(io.BytesIO(made(accept="image/png").content))
    assert png.size == pytest.approx((148 / 25.4 * 150, 105 / 25.4 * 150), abs=2)
    ink = ElementTree.fromstring(made(accept="application/inkml+xml").content)
    assert len(ink.findall(".//{*}trace")) > 5
    arrays = np.load(io.BytesIO(made(accept="application/x-npz").content))
    assert "line0000/phi" in arrays
    told = json.loads(pdf.headers["scriptorium-report"])
    (changed,) = told["substitutions"]
    assert (changed["character"], changed["written"]) == ("%", "percent")
    assert changed["places"][0]["line"] == 2


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "json"),
        ("application/pdf;q=0.2, image/svg+xml", "svg"),
        ("image/*", "svg"),
        ("text/html, application/json;q=0.1", "json"),
        ("text/event-stream", "json"),
    ],
)
def test_the_format_is_what_the_client_likes_best(accept, kind):
    assert format_wanted(accept, None) == kind


def test_a_format_that_is_not_made_is_refused(service):
    answer = service.http.post("/v1/ink", json=BODY, headers={"accept": "image/gif"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (406, "not_acceptable")
    with pytest.raises(ServiceError, match="docx"):
        format_wanted("*/*", "docx")


def test_a_stream_ends_with_the_ink_of_the_plain_answer(service):
    body = {**BODY, "seed": 11, "attention": True}
    with service.http.stream("POST", "/v1/ink", json={**body, "stream": True}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = events_of(answer)
    names = [name for name, _ in events]
    assert names[0] == "start"
    assert names[-1] == "done"
    assert names.index("plan") < names.index("points") < names.index("line")
    plan = [content for name, content in events if name == "plan"][-1]
    drawn = {line["id"]: None for line in plan["lines"]}
    for name, content in events:
        if name == "line" and content["id"] in drawn:
            content.pop("provisional")
            drawn[content["id"]] = content
    plain = lines_of(service.http.post("/v1/ink", json=body).json())
    assert drawn == plain
    for name, content in events:
        if name == "points":
            assert len(content["points"]) % 3 == 0
            assert 0 < len(content["points"]) <= 48
            assert content["characters"] > 1


def test_points_come_about_where_the_line_stands_in_the_end(service):
    with service.http.stream("POST", "/v1/ink", json={**BODY, "seed": 12, "stream": True}) as a:
        events = events_of(a)
    lines = {content["id"]: content for name, content in events if name == "line"}
    far = []
    for ident, line in lines.items():
        points = [
            np.reshape(content["points"], (-1, 3))[:, :2]
            for name, content in events
            if name == "points" and content["id"] == ident
        ]
        if points:
            drawn = np.concatenate(points)
            ink = np.concatenate([np.reshape(s, (-1, 2)) for s in line["strokes"]])
            count = min(len(drawn), len(ink))
            far.append(np.abs(drawn[:count] - ink[:count]).max())
    # The hand scribbles without letters that stand on a line: within some x-heights.
    assert far
    assert max(far) < 60


def test_an_error_within_a_stream_is_its_last_event(service):
    body = {"text": "漢字 and more", "stream": True}
    with service.http.stream("POST", "/v1/ink", json=body) as answer:
        assert answer.status_code == 200
        events = events_of(answer)
    name, content = events[-1]
    assert name == "error"
    assert content["error"]["code"] == "unwritable"
    assert [place["character"] for place in content["error"]["places"]] == ["漢", "字"]


def test_a_word_and_a_line_are_rewritten_and_others_stay(service):
    plain = lines_of(service.http.post("/v1/ink", json=BODY).json())
    first, second, *_ = plain
    edits = [{"line": second, "word": 1, "seed": 5}]
    word = lines_of(service.http.post("/v1/ink", json={**BODY, "edits": edits}).json())
    assert word[first]["strokes"] == plain[first]["strokes"]
    assert word[second]["strokes"] != plain[second]["strokes"]
    edits.append({"line": first, "seed": 8})
    both = lines_of(service.http.post("/v1/ink", json={**BODY, "edits": edits}).json())
    assert both[first]["strokes"] != plain[first]["strokes"]
    assert both[second]["strokes"] == word[second]["strokes"]
    # A stream of them ends with the same ink, whether it is written now or was before.
    stream = {**BODY, "edits": edits, "stream": True}
    for tries in (None, None, 2):
        with service.http.stream("POST", "/v1/ink", json={**stream, "tries": tries}) as answer:
            events = events_of(answer)
        names = [name for name, _ in events]
        assert names.index("plan") < names.index("line") < names.index("done")
        told = {content["id"]: content for name, content in events if name == "line"}
        plain_tries = {**BODY, "edits": edits, "tries": tries}
        answer = lines_of(service.http.post("/v1/ink", json=plain_tries).json())
        assert {i: line["strokes"] for i, line in told.items()} == {
            i: line["strokes"] for i, line in answer.items()
        }
    for wrong in ({"line": "9:9:no", "seed": 1}, {"line": first, "word": 99, "seed": 1}):
        answer = service.http.post("/v1/ink", json={**BODY, "edits": [wrong]})
        assert (answer.status_code, answer.json()["error"]["param"]) == (422, "edits")


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"text": ""}, 422, "invalid", "text"),
        ({"text": None}, 422, "invalid", "text"),
        ({"text": "a", "blocks": [{"text": "b"}]}, 422, "invalid", "text"),
        ({"style": "Nobody"}, 404, "unknown_style", "style"),
        ({"bias": 11}, 422, "invalid", "bias"),
        ({"seed": -1}, 422, "invalid", "seed"),
        ({"paper": {"name": "papyrus"}}, 422, "invalid", None),
        ({"look": {"ink": "invisible"}}, 422, "invalid", None),
        ({"colour": "red"}, 422, "invalid", "colour"),
        ({"text": "a" * 20_001}, 422, "text_too_long", "text"),
        ({"text": "a\n" * 500}, 422, "too_many_lines", "text"),
        ({"text": "漢"}, 422, "unwritable", "text"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(service, change, status, code, param):
    answer = service.http.post("/v1/ink", json={**BODY, **change})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert error["message"].endswith(".")


@pytest.mark.usefixtures("two_hands")
def test_the_hands_that_ship_are_offered_and_a_style_chooses_its_own(run_service):
    with run_service(path=None) as service:
        hands = service.http.get("/v1/hands").json()["hands"]
        assert [hand["name"] for hand in hands] == ["default", "print"]
        assert [hand["default"] for hand in hands] == [True, False]
        assert [hand["commercial"] for hand in hands] == [False, True]
        assert "Daniel Kirsch" in hands[1]["rights"]
        styles = service.http.get("/v1/styles").json()
        of = {style["name"]: style["hand"] for style in styles["styles"]}
        assert (of["Hazel"], of["Slate"]) == ("default", "print")
        assert styles["default"] == "Hazel"
        for choice, hand, style in (
            ({}, "default", "Hazel"),
            ({"style": "slate"}, "print", "Slate"),
            ({"hand": "print"}, "print", "Slate"),
        ):
            written = service.http.post("/v1/ink", json={"text": "Hi", **choice}).json()
            assert (written["hand"], written["style"]) == (hand, style)
        for choice, code in (
            ({"hand": "nobody"}, "unknown_hand"),
            ({"hand": "default", "style": "Slate"}, "unknown_style"),
        ):
            answer = service.http.post("/v1/ink", json={"text": "Hi", **choice})
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
        preview = service.http.get("/v1/styles/Slate/preview.svg")
        assert preview.text.startswith("<svg")


def test_blocks_headings_and_markup_are_written(service):
    body = {"blocks": [{"text": "Title", "role": "heading", "level": 1}, {"text": "and a line"}]}
    one, two = lines_of(service.http.post("/v1/ink", json={**body, "style": None}).json()).values()
    assert (one["text"], two["text"]) == ("Title", "and a line")
    marked = {"text": "# Title\n\nand a line", "markup": "markdown", "style": None}
    texts = [x["text"] for x in lines_of(service.http.post("/v1/ink", json=marked).json()).values()]
    assert texts[:2] == ["Title", "and a line"]


def test_ones_own_line_and_own_style_prime_the_hand(service):
    rowan = bundled()["Rowan"]
    strokes = [stroke.xy.round(3).tolist() for stroke in rowan.ink.strokes]
    line = {"text": rowan.text, "strokes": strokes}
    made = service.http.post("/v1/styles", json={"name": "Mine", "lines": [line]})
    assert made.status_code == 200, made.text
    style = made.json()["style"]
    assert (style["name"], style["text"]) == ("Mine", rowan.text)
    plain = service.http.post("/v1/ink", json={"text": "a word", "style": None}).json()
    for own in (style, line):
        answer = service.http.post("/v1/ink", json={"text": "a word", "style": own})
        assert answer.status_code == 200, answer.text
        assert lines_of(answer.json()) != lines_of(plain)
    # Nothing of it is kept: no list has it.
    assert "Mine" not in service.http.get("/v1/styles").text


@pytest.mark.parametrize(
    "style",
    [
        {"text": "a b", "strokes": [[[0, 0]]]},
        {"text": "a b", "strokes": [[[0, 0, 1], [1, 1, 0]]]},
        {"text": "a b", "strokes": [[[1e300, 0], [0, 1e300]]]},
        {"name": "x", "text": "a", "strokes": [[0, 0, 1]]},
        {"name": "x", "text": "a", "strokes": [[0, 0, 1, 1]], "vector": "[1]"},
        {"name": "x", "text": "a", "strokes": [[0, 0, 1, 1]], "times": [[0]]},
        {"text": "a", "strokes": [[[0, 0]] * 20_001]},
        {"text": "a b", "strokes": [[[0, 0], [0, 0], [0, 0]]]},
        {"name": "x", "text": "a", "strokes": [[0, 0, 0, 0]]},
        {"name": "x", "text": "漢", "strokes": [[0, 0, 1, 1, 2, 0]]},
    ],
)
def test_ink_that_is_no_style_is_refused(service, style):
    answer = service.http.post("/v1/ink", json={"text": "a", "style": style})
    assert answer.status_code == 422, answer.text


def test_a_batch_answers_each_line_under_its_own_name(service):
    lines = [
        {"custom_id": "a", "method": "POST", "url": "/v1/ink",
         "body": {"text": "one", "style": None, "format": "svg"}},
        {"custom_id": "b", "body": {"text": "漢"}},
        {"custom_id": "c", "body": {"text": "three", "style": None}},
    ]  # fmt: skip
    content = "\n".join([*map(json.dumps, lines), "no JSON", ""])
    answer = service.http.post(
        "/v1/batches", content=content, headers={"content-type": "application/x-ndjson"}
    )
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    found = {line["custom_id"]: line for line in map(json.loads, answer.text.splitlines())}
    status = {name: line["response"]["status_code"] for name, line in found.items()}
    assert status == {"a": 200, "b": 422, "c": 200, None: 422}
    assert found["a"]["response"]["body"]["content_type"] == "image/svg+xml"
    assert found["c"]["response"]["body"]["pages"]
    refused = service.http.post("/v1/batches", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (415, "unsupported_media")


def test_a_finished_note_is_remembered_for_other_formats(service):
    body = {**BODY, "seed": 77}
    service.http.post("/v1/ink", json=body)
    before = service.state.loop_or_none.points
    service.http.post("/v1/ink?format=pdf", json={**body, "output": {"dpi": 72}})
    assert service.state.loop_or_none.points == before


def test_clients_that_write_at_the_same_time_each_get_their_own_ink(service):
    bodies = [
        {"text": f"client number {n} writes a line", "seed": n, "style": None} for n in range(12)
    ]
    with service.http as http:
        alone = [http.post("/v1/ink", json=body).json() for body in bodies]
    service.state.writer._kept.clear()

    def asked(body):
        with service.http as http:
            return http.post("/v1/ink", json=body).json()

    with ThreadPoolExecutor(12) as pool:
        together = list(pool.map(asked, bodies))
    exact = service.state.hand.precision == "float16"
    for one, other in zip(alone, together, strict=True):
        for ident, line in lines_of(one).items():
            found = lines_of(other)[ident]
            if exact:
                assert found["strokes"] == line["strokes"]
            assert [len(s) for s in found["strokes"]] == [len(s) for s in line["strokes"]]


def test_a_client_that_goes_away_costs_nothing_more(service):
    body = {**BODY, "text": "many words of a long letter " * 300, "seed": 5, "stream": True}
    for _ in range(5):
        with service.http.stream("POST", "/v1/ink", json=body) as answer:
            for line in answer.iter_lines():
                if line == "event: points":
                    break
    # The loop is empty soon after: what nobody wants is not drawn.
    for _ in range(600):
        if not service.drawn():
            break
        time.sleep(0.05)
    assert not service.drawn()


def test_a_report_fits_a_header_whatever_it_says():
    whole = {
        "substitutions": [{"character": "é", "written": "e", "places": []}] * 300,
        "misread": [],
        "flaws": [],
        "remarks": ["a sentence"] * 5,
    }
    text = report_header(whole)
    assert len(text) <= 4000
    assert text.isascii()
    told = json.loads(text)
    assert told["left_out"] + len(told["substitutions"]) + len(told["remarks"]) == 305


def test_styles_are_made_once_for_the_same_ink(tiny_hand_path):
    styles = RequestedStyles(Hand.load(tiny_hand_path), {}, None)
    own = own_style(bundled()["Rowan"], "x").model_dump()
    one, two = (styles.of(InkRequest(text="a", style=own)) for _ in range(2))
    assert one is two
    assert styles.of(InkRequest(text="a")) is None


def test_choices_are_told_with_their_ranges(service):
    found = service.http.get("/v1/options").json()
    defaults = found["defaults"]
    assert service.http.post("/v1/ink", json={**defaults, "text": "as it is"}).status_code == 200
    for name, (low, high) in found["ranges"].items():
        value = defaults.get(name, defaults["look"].get(name, defaults["paper"].get(name)))
        assert value is None or low <= value <= high
    (hand,) = service.http.get("/v1/hands").json()["hands"]
    assert set("abc ") <= set(hand["alphabet"])
    preview = service.http.get("/v1/styles/Hazel/preview.svg")
    assert ElementTree.fromstring(preview.content).tag.endswith("svg")
    assert service.http.get("/v1/styles/Nobody/preview.svg").status_code == 404


def test_health_and_metrics_are_told(service):
    assert service.http.get("/healthz").json() == {"status": "ok"}
    assert service.http.get("/readyz").json() == {"status": "ready"}
    text = service.http.get("/metrics").text
    for name in ("first_ink_seconds_count", "misread_words_total", "points_per_second"):
        assert f"scriptorium_{name}" in text


def test_every_route_has_an_example_and_its_errors(service):
    document = service.http.get("/openapi.json").json()
    assert {"/healthz", "/readyz", "/metrics", "/v1/ink", "/v1/styles", "/v1/batches"} <= set(
        document["paths"]
    )
    answers = document["paths"]["/v1/ink"]["post"]["responses"]
    assert {"200", "401", "406", "413", "422", "429", "503", "504"} <= set(answers)
    assert answers["200"]["content"]["application/json"]["example"]["pages"]


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused_at_once(run_service, told):
    limits = ServiceLimits(rate=0, body=1000)
    with run_service(ServiceSettings(limits=limits)) as small, small.http as http:
        content = json.dumps({"text": "a" * 2000}).encode()
        # With its length told, and in pieces without one.
        body = content if told else (content[k : k + 500] for k in range(0, len(content), 500))
        answer = http.post("/v1/ink", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"
