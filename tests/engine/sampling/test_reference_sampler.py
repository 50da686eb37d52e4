"""Parts of the network that are switched off take no part, and the others stay what they were."""

from __future__ import annotations

import pytest
import torch

from engine.sampling.reference_sampler import NOTHING, SwitchedOff, without

OFF = SwitchedOff(units=((0, 2), (1, 0), (0, 3)), gaussians=(1,), components=(0, 2))


def test_columns_that_are_left_out_are_zero() -> None:
    values = torch.arange(1.0, 13.0).reshape(2, 6)
    found = without(values, [1, 4])
    assert found.tolist() == [[1, 0, 3, 4, 0, 6], [7, 0, 9, 10, 0, 12]]
    assert without(values, []) is values
    assert values.min() == 1.0


def test_units_of_one_layer_leave_the_others_alone() -> None:
    ones = torch.ones(1, 4)
    assert OFF.thin(ones, 0).tolist() == [[1, 1, 0, 0]]
    assert OFF.thin(ones, 1).tolist() == [[0, 1, 1, 1]]
    assert OFF.thin(ones, 2).tolist() == [[1, 1, 1, 1]]


def test_the_other_components_share_the_weight_of_those_that_are_gone() -> None:
    raw = torch.tensor([[0.5, 1.0, -3.0, 2.0, *range(21)]])
    left = OFF.without_components(raw, 4)
    weights = torch.softmax(left[:, :4], dim=1)[0]
    alone = torch.softmax(raw[:, [1, 3]], dim=1)[0]
    assert weights.tolist() == pytest.approx([0.0, alone[0].item(), 0.0, alone[1].item()])
    assert torch.equal(left[:, 4:], raw[:, 4:])
    assert NOTHING.without_components(raw, 4) is raw


def test_they_are_told_by_their_names() -> None:
    assert str(NOTHING) == "nothing"
    assert str(OFF) == (
        "unit 2 of layer 1, unit 0 of layer 2, unit 3 of layer 1, Gaussian 1 of the window, "
        "component 0 of the mixture, component 2 of the mixture"
    )
