"""The arithmetic of LSTM cells at one point of several lines, forward and backward, in place.

What the loop over layer 1 and the window (`engine.network.recurrence`) does between its products.
"""

from __future__ import annotations

import torch
from torch import Tensor


def tanh_(x: Tensor) -> Tensor:
    """Take tanh in place; on a CPU by the sigmoid, which torch computes in a tenth of the time."""
    if x.device.type != "cpu":
        return x.tanh_()
    return x.mul_(2).sigmoid_().mul_(2).sub_(1)


class Cells:
    """The cells of a layer, with room to compute in that all points share.

    Parameters
    ----------
    gates : (..., B, 4H)
        Of the points to come: i, f, g and o side by side.
    exact : dtype
        To compute in, whatever the type of the gates.
    """

    def __init__(self, gates: Tensor, exact: torch.dtype) -> None:
        lines, width = gates.shape[-2:]
        self.hidden = width // 4
        self._gates = gates.new_empty((lines, width), dtype=exact)
        self._gradient = gates.new_empty((lines, width), dtype=exact)
        self._squashed = gates.new_empty((lines, self.hidden), dtype=exact)

    def forward(self, gates: Tensor, before: Tensor, after: Tensor, h: Tensor) -> None:
        """One point on.

        Parameters
        ----------
        gates : (B, 4H)
            Before their nonlinearities; replaced by what they are after them.
        before : (B, H)
            The cells at the point before.
        after, h : (B, H)
            Where to put the cells and the outputs at this point.
        """
        wide = self._gates.copy_(gates)
        i, f, g, o = wide.chunk(4, dim=1)
        wide[:, : 2 * self.hidden].sigmoid_()
        tanh_(g)
        o.sigmoid_()
        gates.copy_(wide)
        torch.mul(f, before, out=after).addcmul_(i, g)
        h.copy_(tanh_(self._squashed.copy_(after)).mul_(o))

    def backward(
        self,
        gates: Tensor,
        before: Tensor,
        after: Tensor,
        grad_h: Tensor,
        grad_cell: Tensor,
        grad_gates: Tensor,
    ) -> None:
        """One point back.

        Parameters
        ----------
        gates, before, after
            As `forward` left them.
        grad_h : (B, H)
            Gradient of the outputs at this point.
        grad_cell : (B, H)
            What the points after this one add to the gradient of its cells; replaced by what this
            one adds to that of the point before.
        grad_gates : (B, 4H)
            Where to put the gradient of the gates before their nonlinearities.
        """
        sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
        tanh_backward = torch.ops.aten.tanh_backward
        i, f, g, o = self._gates.copy_(gates).chunk(4, dim=1)
        di, df, dg, do = self._gradient.chunk(4, dim=1)
        squashed = tanh_(self._squashed.copy_(after))
        grad_cell.add_(tanh_backward(grad_h * o, squashed))
        sigmoid_backward(squashed.mul_(grad_h), o, grad_input=do)
        sigmoid_backward(grad_cell * g, i, grad_input=di)
        sigmoid_backward(grad_cell * before, f, grad_input=df)
        tanh_backward.grad_input(grad_cell * i, g, grad_input=dg)
        grad_cell.mul_(f)
        grad_gates.copy_(self._gradient)
