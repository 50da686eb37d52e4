"""The service's page in a real browser: what a user does there, with the hand that ships."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from engine.ink import inkml
from engine.style.style import bundled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocketRoute

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt install chromium)")

TEXT = "Dear Anna, hello."
#: Milliseconds after which what a page should do is taken never to come.
LONGEST = 300_000

#: Pixels of all ink on all pages.
INK = """() => [...document.querySelectorAll('.sheet canvas.ink')].reduce((sum, canvas) => {
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let i = 3; i < pixels.length; i += 4) count += pixels[i] > 127;
    return sum + count;
}, 0)"""


def served(*options: str) -> Iterator[str]:
    """Run the service as a user does; yields its address once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "studio", "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert process.poll() is None, "the service has ended"
            try:
                with urlopen(f"{url}/readyz"):
                    break
            except (URLError, ConnectionError):
                time.sleep(0.2)
        yield f"{url}/"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def service_url() -> Iterator[str]:
    yield from served()


@pytest.fixture
def guarded_service_url() -> Iterator[str]:
    yield from served("--token", "a token for the page")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, service_url: str) -> Iterator[Callable[..., Page]]:
    """Opens the page in a browser of its own; a mistake in its script fails the test."""
    contexts, mistakes = [], []

    def open_page(address: str = "", url: str = service_url, **settings: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, **settings}
        context = browser.new_context(**settings)
        context.set_default_timeout(LONGEST)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.goto(url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not mistakes


def type_text(page: Page, text: str = TEXT) -> None:
    page.wait_for_selector(".gallery", state="attached")
    page.fill("#text", text)


def hurry(page: Page) -> None:
    page.get_by_label("Speed of writing").fill("1")


def write(page: Page, text: str = TEXT) -> None:
    """Have a text written as fast as it goes."""
    type_text(page, text)
    hurry(page)
    page.click("button.write")
    page.wait_for_selector("text=/^All written/")


def words(page: Page) -> list[str]:
    return [button.get_attribute("aria-label") or "" for button in page.query_selector_all(".word")]


def violations(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:150]}" for v in found for node in v["nodes"]]


def test_text_is_written_and_can_be_read_out(visit):
    page = visit()
    write(page, TEXT + "\nGoodbye.")
    assert [re.sub(",? misread as.*", "", word) for word in words(page)] == [
        *TEXT.split(),
        "Goodbye.",
    ]
    assert page.get_by_role("img", name=f"Page 1, handwritten: {TEXT} Goodbye.").is_visible()
    assert page.evaluate(INK) > 200


def test_ink_grows_while_points_arrive(visit):
    page = visit()
    type_text(page)
    # At a writer's pace the line takes some seconds.
    page.get_by_label("Speed of writing").fill("0")
    page.click("button.write")
    seen = 0
    for _ in range(5):
        page.wait_for_function(f"(before) => ({INK})() > before", arg=seen)
        seen = page.evaluate(INK)
        assert page.locator(".word").count() == 0, "the line was shown at once"
    hurry(page)
    page.wait_for_selector("text=/^All written/")
    assert page.evaluate(INK) > seen


def test_the_pen_can_be_held_and_stopped(visit):
    page = visit()
    type_text(page, "One two three four five six seven.")
    page.get_by_label("Speed of writing").fill("0")
    page.click("button.write")
    page.wait_for_function(f"() => ({INK})() > 0")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector("text=/^Held/")
    held = page.evaluate(INK)
    # Two frames later nothing has moved.
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )
    assert page.evaluate(INK) == held
    page.get_by_role("button", name="Go on").click()
    page.wait_for_function(f"(before) => ({INK})() > before", arg=held)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Write", exact=True).wait_for()
    assert page.evaluate(INK) >= held


def test_what_is_written_can_be_seen_written_again(visit):
    page = visit()
    write(page)
    whole = page.evaluate(INK)
    page.get_by_label("Speed of writing").fill("0")
    page.get_by_role("button", name="Replay").click()
    page.wait_for_function(f"(whole) => ({INK})() > 0 && ({INK})() < whole / 2", arg=whole)
    hurry(page)
    page.wait_for_selector("text=/^All written/")
    assert page.evaluate(INK) == whole
    assert len(words(page)) == len(TEXT.split())


def save(page: Page, title: str, folder: Path) -> Path:
    """Download what is on the page."""
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f"^{title}")).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_downloads_open_and_show_what_is_on_the_canvas(visit, tmp_path: Path):
    page = visit()
    write(page)
    picture = page.evaluate("() => document.querySelector('.sheet canvas.ink').toDataURL()")
    drawn = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2])))
    png = save(page, "PNG", tmp_path)
    assert png.name == "Dear-Anna-hello.png"
    exported = Image.open(png).convert("L").resize(drawn.size)
    ours, theirs = np.asarray(drawn)[:, :, 3] > 127, np.asarray(exported) < 200
    assert theirs.sum() > 200
    for one, other in ((ours, theirs), (theirs, ours)):
        near = np.zeros_like(other)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                near |= np.roll(other, (down, right), (0, 1))
        assert (one & near).sum() > 0.95 * one.sum()
    pdf = PdfReader(save(page, "PDF", tmp_path))
    assert " ".join(pdf.pages[0].extract_text().split()) == TEXT
    svg = save(page, "SVG", tmp_path).read_text("utf-8")
    assert re.search(r'<svg[^>]* width="210mm"', svg)
    assert "<path" in svg
    assert inkml.read(save(page, "InkML", tmp_path))


def test_several_pages_come_as_an_archive(visit, tmp_path: Path):
    page = visit("#paper=A7")
    write(page, "One.\fTwo.")
    assert page.locator(".sheet").count() == 2
    with zipfile.ZipFile(save(page, "SVG", tmp_path)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["One-Two-1.svg", "One-Two-2.svg"]
        assert all(archive.read(name).startswith(b"<") for name in archive.namelist())


def draw_line(page: Page, strokes: int | None = None) -> str:
    """Write the primer of a style, or some of it, with the mouse on the sheet; return its text."""
    style = bundled()["Hazel"]
    box = page.locator(".recorder canvas").bounding_box()
    assert box is not None
    left, top, right, bottom = style.ink.bounds
    scale = min((box["width"] - 20) / (right - left), (box["height"] - 20) / (bottom - top))
    for stroke in style.ink.strokes[:strokes]:
        places = (stroke.xy - (left, top)) * scale + (box["x"] + 10, box["y"] + 10)
        page.mouse.move(*places[0])
        page.mouse.down()
        for x, y in places[1:]:
            page.mouse.move(x, y)
        page.mouse.up()
    return style.text


def test_a_line_of_one_s_own_is_a_style(visit):
    page = visit()
    sent: list[dict[str, Any]] = []

    def frame(content: str | bytes) -> None:
        sent.append(json.loads(content))

    page.on("websocket", lambda socket: socket.on("framesent", frame))
    page.get_by_role("button", name="Draw a line of your own").click()
    said = draw_line(page)
    page.get_by_label("Write this").fill(said)
    use = page.locator(".recorder button[type=submit]")
    use.click()
    # What may be wrong with a line drawn by a machine is said; it can be used all the same.
    page.wait_for_function(
        "() => !document.querySelector('.recorder')"
        " || document.querySelector('.recorder .remark').textContent"
    )
    if page.locator(".recorder").count():
        page.get_by_role("button", name="Use it all the same").click()
    page.get_by_role("radio", name="My hand").wait_for()
    assert page.get_by_role("radio", name="My hand").is_checked()
    # What follows such a line is never read rightly, and tried again and again.
    write(page, "an")
    (start,) = (message for message in sent if message["type"] == "start")
    style = start["request"]["style"]
    assert style["name"] == "My hand"
    assert style["text"]
    assert len(style["strokes"]) > 3
    page.reload()
    page.get_by_role("radio", name="My hand").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete “My hand”").click()
    page.reload()
    page.wait_for_selector(".gallery")
    assert page.get_by_role("radio", name="My hand").count() == 0


def test_an_empty_name_or_ink_is_not_a_style(visit):
    page = visit()
    page.get_by_role("button", name="Draw a line of your own").click()
    assert page.locator(".recorder button[type=submit]").is_disabled()
    draw_line(page, 2)
    page.get_by_label("Name").fill("Hazel")
    page.locator(".recorder button[type=submit]").click()
    assert page.get_by_text("There is a style called “Hazel” already").is_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Clear").click()
    assert page.get_by_role("img", name="empty").count() == 1


def test_a_misread_word_is_marked_and_written_again_by_a_tap(visit):
    page = visit()

    def misread(route: WebSocketRoute) -> None:
        """Let the page believe that a word is misread: of real ink that is rare."""
        server = route.connect_to_server()

        def forward(message: str | bytes) -> None:
            if isinstance(message, str):
                told = json.loads(message)
                for word in told.get("words", []) if told["type"] == "line" else []:
                    if word["text"] == "hello.":
                        word["misread"] = "hallo"
                message = json.dumps(told)
            route.send(message)

        server.on_message(forward)

    page.route_web_socket("**/v1/live", misread)
    write(page)
    word = page.get_by_role("button", name="hello., misread as “hallo”: write it again")
    page.wait_for_selector("text=one word is misread")
    before = page.evaluate("() => document.querySelector('.sheet canvas.ink').toDataURL()")
    with page.expect_response("**/v1/ink") as response:
        word.click()
    (edit,) = json.loads(response.value.request.post_data or "")["edits"]
    assert edit["word"] == 2
    page.get_by_role("button", name="The one before").wait_for()
    after = page.evaluate("() => document.querySelector('.sheet canvas.ink').toDataURL()")
    assert after != before
    page.get_by_role("button", name="The one before").click()
    page.get_by_role("button", name="The one before").wait_for(state="detached")
    again = page.evaluate("() => document.querySelector('.sheet canvas.ink').toDataURL()")
    assert again == before


def test_attention_is_shown_under_the_line(visit):
    page = visit()
    write(page)
    heat = page.locator(".heat")
    colours = heat.evaluate(
        "(c) => new Set(new Uint32Array(c.getContext('2d')"
        ".getImageData(40, 0, c.width - 40, c.height).data.buffer)).size"
    )
    assert colours > 20
    heat.focus()
    heat.press("Home")
    assert re.fullmatch(
        r"Point 1 of \d+: on “D”, \d+ %", heat.get_attribute("aria-valuetext") or ""
    )
    heat.press("End")
    assert not (heat.get_attribute("aria-valuetext") or "").startswith("Point 1 ")


def test_settings_are_in_the_address_and_the_text_is_not(visit):
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    type_text(page, "My secret words.")
    page.get_by_role("radio", name="Rowan").check(force=True)
    page.get_by_role("slider", name="Neatness").fill("1.5")
    page.locator("label[title=Violet] input").check(force=True)
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Seed").press("Tab")
    page.get_by_label("Size of the sheet").select_option("A5")
    page.get_by_role("button", name="Share").click()
    field = page.get_by_label("Link to these settings")
    link = field.input_value()
    assert link.split("#")[1] == "style=Rowan&neatness=1.5&seed=7&ink=54307f&paper=A5"
    page.get_by_label("With the text").check()
    with_text = field.input_value()
    assert not [url for url in asked if "secret" in url]

    other = visit(link.removeprefix(page.url.split("#")[0]))
    other.wait_for_selector(".gallery")
    assert other.get_by_role("radio", name="Rowan").is_checked()
    assert other.get_by_label("Seed").input_value() == "7"
    assert other.get_by_label("Size of the sheet").input_value() == "A5"
    assert other.input_value("#text") == ""
    third = visit(with_text.removeprefix(page.url.split("#")[0]))
    third.wait_for_selector(".gallery")
    assert third.input_value("#text") == "My secret words."
    # Once it is read it stands in the address no more, to be seen or to be kept as a history.
    assert "secret" not in third.url


def test_an_address_with_nonsense_is_no_harm(visit):
    page = visit("#style=Nobody&neatness=NaN&size=1e9&seed=-1&ink=zz&paper=Z9&pen=brush&ruling=x")
    page.wait_for_selector(".gallery")
    assert page.get_by_role("radio", name="Hazel").is_checked()
    assert page.get_by_label("Seed").input_value() == "0"


def test_ink_and_pen_change_what_is_written_at_once(visit):
    page = visit()
    write(page)
    page.locator("label[title=Bordeaux] input").check(force=True)
    # Of the pixels that ink covers nearly whole, the colour is that of the ink.
    red = page.evaluate(
        "() => { const c = document.querySelector('.sheet canvas.ink');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200) return [...d.slice(i, i + 3)];"
        "}"
    )
    assert np.allclose(red, [0x7A, 0x1F, 0x33], atol=2)
    thin = page.evaluate(INK)
    page.locator("label[title='Felt pen'] input").check(force=True)
    assert page.evaluate(INK) > thin
    # Nothing has to be written anew for that; for another size it has.
    assert page.locator("button.write").is_disabled()
    page.get_by_label("Size in mm").fill("4")
    page.get_by_label("Size in mm").press("Tab")
    assert page.locator("button.write").is_enabled()


def test_what_cannot_be_written_is_said_and_can_be_replaced(visit):
    page = visit()
    type_text(page, "Hello 漢!")
    hurry(page)
    page.click("button.write")
    notice = page.locator(".notice.error")
    assert "漢" in notice.inner_text()
    page.get_by_role("button", name="Write ? for it").click()
    page.wait_for_selector("text=/^All written/")
    assert page.locator(".notice").inner_text().startswith("“漢” is written as “?”")


def test_a_phone_shows_one_thing_at_a_time(visit):
    page = visit(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
    )
    type_text(page)
    for view, sign in (("Settings", ".gallery"), ("Page", ".sheet"), ("Text", "#text")):
        page.locator(".tabs").get_by_role("button", name=view).tap()
        assert page.locator(sign).first.is_visible()
        across = page.evaluate("() => document.documentElement.scrollWidth")
        assert across <= 390, view
        assert violations(page) == [], view
    hurry(page)
    page.locator("button.write").tap()
    page.wait_for_selector("text=/^All written/")
    assert page.locator(".sheet").first.is_visible()
    assert not page.locator("#text").is_visible()
    assert violations(page) == []


def test_dark_and_light(visit):
    from studio.desk.widgets.theme import DARK, LIGHT

    def ground(page: Page) -> str:
        colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])

    page = visit(color_scheme="dark")
    page.wait_for_selector(".gallery")
    assert ground(page) == DARK.panel
    write(page)
    assert violations(page) == []
    page.get_by_role("button", name="Light").click()
    assert ground(page) == LIGHT.panel
    page.reload()
    page.wait_for_selector(".gallery")
    assert ground(page) == LIGHT.panel
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(color_scheme="light")
    assert ground(page) == LIGHT.panel, "the system's choice is followed again"


def test_no_violation_of_accessibility(visit):
    page = visit()
    page.wait_for_selector(".gallery")
    assert violations(page) == [], "empty"
    write(page)
    page.locator("summary", has_text="More").click()
    assert violations(page) == [], "written"
    page.locator(".word").first.click()
    assert violations(page) == [], "a word is chosen"
    page.get_by_role("button", name="Share").click()
    assert violations(page) == [], "the link"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download").click()
    assert violations(page) == [], "the formats"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Draw a line of your own").click()
    draw_line(page, 2)
    assert violations(page) == [], "the sheet for a line"


def test_all_of_it_goes_by_the_keys(visit):
    page = visit()
    page.wait_for_selector(".gallery")
    page.focus("#text")
    page.keyboard.type("Hello dear Anna.")
    page.get_by_label("Speed of writing").focus()
    page.keyboard.press("End")
    page.focus("#text")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=/^All written/")
    focused = "() => document.activeElement.getAttribute('aria-label')"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.classList.contains('word')"):
            break
    assert page.evaluate(focused).startswith("Hello")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused).startswith("dear")
    page.keyboard.press("End")
    assert page.evaluate(focused).startswith("Anna.")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.get_by_role("group", name="The chosen word").is_visible()


def test_a_service_that_is_gone_is_said_in_a_sentence(visit):
    page = visit()
    type_text(page)
    page.route_web_socket("**/v1/live", lambda route: route.close())
    page.click("button.write")
    assert "look whether it still runs" in page.locator(".notice.error").inner_text()
    assert page.get_by_role("button", name="Try again").is_visible()
    assert violations(page) == []


def test_a_token_is_asked_for(visit, guarded_service_url: str):
    page = visit(url=guarded_service_url)
    page.get_by_label("Token, as you got it").fill("wrong")
    page.get_by_role("button", name="Use it").click()
    page.wait_for_selector("text=This service asks for a token")
    page.get_by_label("Token, as you got it").fill("a token for the page")
    page.get_by_role("button", name="Use it").click()
    write(page)
