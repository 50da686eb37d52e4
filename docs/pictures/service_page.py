"""Photographs the service's page while it writes: light, dark, and on a phone.

Run it in a checkout with Chromium: `.venv/bin/python docs/pictures/service_page.py`. It runs the
service itself, with the hand that ships.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent
TEXT = """Dear Anna,

Thank you so much for the wonderful evening on Saturday. We talked about it all the way home, \
and the children still ask when we will come again.

With all good wishes,
Margaret"""
SETTINGS = "#seed=4&ink=2343a8&size=2.7"


def main() -> None:
    """Write the pictures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = subprocess.Popen([sys.executable, "-m", "studio", "serve", "--port", str(port)])
    try:
        wait(f"http://127.0.0.1:{port}/readyz")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            address = f"http://127.0.0.1:{port}/{SETTINGS}"
            writing(chromium, address)
            written(chromium, address)
            phone(chromium, address)
            chromium.close()
    finally:
        service.terminate()
        service.wait()


def wait(url: str) -> None:
    """Wait until the service can write."""
    while True:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            time.sleep(0.5)


def begin(page: Page, address: str, speed: str) -> None:
    """Have the letter written."""
    page.set_default_timeout(300_000)
    page.goto(address)
    page.wait_for_selector(".gallery", state="attached")
    page.fill("#text", TEXT)
    page.get_by_label("Speed of writing").fill(speed)
    page.locator("button.write").click()


def writing(chromium: Browser, address: str) -> None:
    """The pen at work."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    begin(page, address, "0.6")
    # The pen is in the fourth line.
    page.wait_for_function("() => document.querySelectorAll('.sheet [role=group]').length >= 3")
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / "service-page.png")
    page.close()


def written(chromium: Browser, address: str) -> None:
    """All written, in the dark, with a point of the attention chosen."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    begin(page, address, "1")
    page.wait_for_selector("text=/^All written/")
    page.get_by_role("button", name="wonderful").click()
    page.locator(".heat").hover(position={"x": 300, "y": 60})
    page.screenshot(path=FOLDER / "service-page-dark.png")
    page.close()


def phone(chromium: Browser, address: str) -> None:
    """The same on a phone."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    page = context.new_page()
    begin(page, address, "0.6")
    page.wait_for_function("() => document.querySelectorAll('.sheet [role=group]').length >= 2")
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / "service-page-phone.png")
    context.close()


if __name__ == "__main__":
    main()
