"""The commands of docs/service.md, as they are written, and the service as a process."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from engine.style.style import bundled

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "service.md").read_text("utf-8")
BLOCKS = [
    block for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) if "localhost:8000" in block
]


@pytest.fixture(scope="module")
def shipped(run_service):
    """A service of the hand that ships, whose ink is readable."""
    with run_service(path=None) as found:
        yield found


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_work_as_they_are_written(shipped, block, tmp_path):
    rowan = bundled()["Rowan"]
    strokes = [stroke.xy.round(3).tolist() for stroke in rowan.ink.strokes]
    lines = {"name": "Mine", "lines": [{"text": rowan.text, "strokes": strokes}]}
    (tmp_path / "lines.json").write_text(json.dumps(lines))
    block = block.replace("localhost:8000", shipped.url.partition("://")[2])
    block = re.sub(r"curl -s(N?) ", r"curl -sS\1 --fail-with-body ", block)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for file in tmp_path.iterdir():
        assert file.stat().st_size > 100 or file.name == "batch.jsonl"
    if "letter.pdf" in block:
        assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    if "stream" in block:
        assert "event: done" in done.stdout
    if "batch.jsonl" in block:
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert {a["custom_id"]: a["response"]["status_code"] for a in answers} == {
            "a": 200,
            "b": 200,
        }


def test_the_program_serves_and_ends_in_good_order(tiny_hand_path, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {"SCRIPTORIUM_PORT": str(port), "SCRIPTORIUM_TOKEN": "abc"}
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "studio", "serve", "--hand", str(tiny_hand_path), "--threads", "1"],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=log,
        stderr=log,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            for _ in range(1200):
                assert process.poll() is None, Path(log.name).read_text()
                try:
                    if http.get("/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                time.sleep(0.1)
            body = {"text": "secret words", "style": None, "tries": 1}
            assert http.post("/v1/ink", json=body).status_code == 401
            token = {"authorization": "Bearer abc"}
            assert http.post("/v1/ink", json=body, headers=token).status_code == 200
            page = http.get("/")
            assert page.status_code == 200
            assert "<html" in page.text
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
    said = Path(log.name).read_text()
    assert f"http://127.0.0.1:{port}/" in said
    assert "secret" not in said
    assert "Traceback" not in said
