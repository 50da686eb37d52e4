"""The inspector's views in a notebook: the numbers in the page, and the cursor in a browser."""

from __future__ import annotations

import base64
import shutil

import numpy as np
import pytest

from engine.errors import SettingError
from studio.inspection.notebook_view import NotebookView
from studio.inspection.run_recording import RunRecording
from studio.inspection.runs import Run, sampled

TEXT = "two </script> boats".replace("</script>", "in")


@pytest.fixture(scope="module")
def recordings(untaught_hand) -> tuple[RunRecording, RunRecording]:
    """Two runs of a text."""
    first, second = (sampled(untaught_hand, Run(TEXT, bias=b, seed=3)) for b in (0.0, 1.0))
    return first, second


def unpacked(packed: dict[str, str]) -> np.ndarray:
    return np.frombuffer(
        base64.b64decode(packed["data"]), {"f4": "<f4", "u1": "u1"}[packed["type"]]
    )


def test_the_page_holds_the_recording(recordings):
    first, second = recordings
    data = NotebookView(first, second).data()
    run, other = data["runs"]
    arrays = run["arrays"]
    np.testing.assert_allclose(unpacked(arrays["xy"]), first.xy.ravel(), rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(unpacked(arrays["ends"]) > 127, first["offsets"][:, 2] > 0.5)
    phi = first["phi"] / np.maximum(first["phi"].sum(axis=1, keepdims=True), 1e-9)
    np.testing.assert_allclose(unpacked(arrays["phi"]) / 255, phi.ravel(), atol=0.003)
    np.testing.assert_array_equal(unpacked(arrays["kappa"]), first["kappa"].ravel())
    np.testing.assert_array_equal(unpacked(arrays["entropy"]), first["entropy"])
    assert run["layers"] == 3
    assert len(unpacked(arrays["layer2"])) == len(first) * first.layers.shape[2]
    same = unpacked(other["arrays"]["same"])
    assert len(same) == len(first)
    assert same.min() >= 0
    assert same.max() < len(second)
    assert (np.diff(same) >= 0).mean() > 0.9, "it goes on with the text"


def test_what_cannot_be_shown_is_refused(untaught_hand, recordings):
    first, _ = recordings
    with pytest.raises(SettingError, match="no points"):
        NotebookView(RunRecording("a"))
    with pytest.raises(SettingError, match="no point"):
        NotebookView(first, point=len(first))
    with pytest.raises(SettingError, match="another text"):
        NotebookView(first, sampled(untaught_hand, Run("else", bias=0.0)))


def test_one_cursor_goes_through_all_views_in_a_browser(recordings, tmp_path):
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    first, second = recordings
    page_path = tmp_path / "view.html"
    page_path.write_text(
        f"<!doctype html><meta charset=utf-8>{NotebookView(first, second)._repr_html_()}", "utf-8"
    )
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1000, "height": 1400})
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(page_path.as_uri())
            names = page.locator("canvas[data-view]").evaluate_all(
                "all => all.map(c => c.dataset.view)"
            )
            wanted = {
                "Ink",
                "Other run",
                "Window",
                "Layer 1",
                "Layer 3",
                "Mixture",
                "Log-likelihood",
            }
            assert wanted <= set(names)
            table = page.locator("[data-part=numbers]")
            assert "point\t0" in table.inner_text()
            mark = "c => c.toDataURL()"
            before = page.locator("canvas[data-view='Ink']").evaluate(mark)
            window = page.locator("canvas[data-view=Window]")
            window.hover(position={"x": 150 + 810 * 0.5, "y": 20})
            point = len(first) // 2
            assert f"point\t{point}\n" in table.inner_text()
            assert f"{first['entropy'][point]:.4f}" in table.inner_text()
            assert page.locator("canvas[data-view='Ink']").evaluate(mark) != before
            page.locator("div[id^=scriptorium]").focus()
            page.keyboard.press("ArrowRight")
            assert f"point\t{point + 1}\n" in table.inner_text()
            page.screenshot(path=str(tmp_path / "view.png"), full_page=True)
            assert errors == []
        finally:
            browser.close()
