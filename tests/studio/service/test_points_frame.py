import base64

import numpy as np
import pytest

from studio.service.points_frame import HEAD, points_frame, read_points_frame


def test_a_frame_of_points_says_what_its_event_says():
    content = {"id": "x", "from": 32, "points": [1.0, 2.0, 0, 1.5, 2.25, 0, 1.005, 90.0, 1]}
    frame = points_frame(content, 5)
    kind, flags, count, line, first, x, y = HEAD.unpack_from(frame)
    assert (kind, flags, count, line, first, x, y) == (1, 0, 3, 5, 32, 1.0, 2.0)
    assert len(frame) == HEAD.size + 3 * 5
    packed = np.frombuffer(frame, [("dx", "<i2"), ("dy", "<i2"), ("end", "u1")], 3, HEAD.size)
    np.testing.assert_array_equal(np.cumsum(packed["dx"]), [0, 100, 1])
    np.testing.assert_array_equal(packed["end"], [0, 0, 1])
    read = read_points_frame(frame)
    assert (read.line, read.first, read.characters) == (5, 32, None)
    assert read.points == pytest.approx(content["points"])


def test_a_frame_holds_the_window_of_its_points():
    phi = base64.b64encode(b"\x01\xff").decode()
    read = read_points_frame(
        points_frame({"from": 0, "points": [1.0, 2.0, 0], "characters": 2, "phi": phi}, 0)
    )
    assert (read.characters, read.phi) == (2, b"\x01\xff")


def test_a_frame_of_another_kind_is_not_read():
    frame = points_frame({"from": 0, "points": [1.0, 2.0, 0]}, 0)
    assert read_points_frame(b"\x02" + frame[1:]) is None
