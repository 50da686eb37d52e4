import numpy as np
import pytest

from engine.ink.ink import Ink
from engine.ink.slant import downstroke_slant


@pytest.mark.parametrize("shear", [-0.3, 0.0, 0.25, 0.6])
def test_slant_is_found_and_undone(shear):
    t = np.linspace(0, 40, 900)
    upright = Ink.from_lists([np.stack([0.4 * t + 0.25 * np.cos(2 * t), np.sin(t)], axis=1)])
    down = Ink.from_lists([[(x, -1), (x, 0), (x, 1)] for x in range(20)])
    leaning = Ink.joined([down, upright.scaled(0.01)]).slanted(shear)
    assert downstroke_slant(leaning) == pytest.approx(shear, abs=0.02)
    assert downstroke_slant(leaning.slanted(-downstroke_slant(leaning))) == pytest.approx(
        0, abs=0.02
    )


def test_a_level_line_has_no_slant():
    assert downstroke_slant(Ink.from_lists([[(0, 0), (5, 0)], [(1, 1)]])) == 0
