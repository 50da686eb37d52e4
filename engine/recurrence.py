"""Layer 1 and the window over a whole line: the only loop over points that training needs.

The window at a point depends on layer 1 at that point and feeds layer 1 at the next one
(Graves 2013, equations 46 to 52), so these two go point by point. Everything else is a matrix
product over all points, or an ordinary LSTM. The backward pass is written out: autograd would
add a weight gradient to itself at each point, here one product over all points makes it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

#: Exponents of alpha, beta and the step of kappa are held within plus and minus this.
EXPONENT_LIMIT = 8.0


class Windowed(NamedTuple):
    """What layer 1 and the window did, with a leading axis of T points.

    Attributes
    ----------
    h : (T, B, H), the outputs of layer 1.
    w : (T, B, A), the window: a weight for each character of the alphabet.
    phi : (T, B, U), the window's weight on each character of the text; no gradient.
    parameters : (T, B, 3K), alpha, beta and kappa side by side; no gradient.
    """

    h: Tensor
    w: Tensor
    phi: Tensor
    parameters: Tensor


class _WindowedLayer(torch.autograd.Function):
    """Forward and backward of `windowed_layer`; see there."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        codes: Tensor,
        mask: Tensor,
        weight_x: Tensor,
        weight_hw: Tensor,
        bias: Tensor,
        window_weight: Tensor,
        window_bias: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        points, lines, _ = x.shape
        hidden = weight_x.shape[0] // 4
        characters = weight_hw.shape[1] - hidden
        components = window_weight.shape[0] // 3
        length = codes.shape[1]
        dtype = x.dtype
        exact = torch.promote_types(dtype, torch.float32)

        # gates hold i, f, g, o: first before, then after their nonlinearities.
        gates = torch.addmm(bias, x.reshape(points * lines, -1), weight_x.t())
        gates = gates.view(points, lines, 4 * hidden)
        cells = x.new_empty((points, lines, hidden), dtype=exact)
        # Layer 1 reads its own output and the window side by side: one product a point.
        hw = x.new_zeros((points + 1, lines, hidden + characters))
        phi = x.new_empty((points, lines, length), dtype=exact)
        bumps = x.new_empty((points, lines, components, length), dtype=exact)
        parameters = x.new_empty((points, lines, 3 * components), dtype=exact)
        advances = x.new_empty((points, lines, components), dtype=exact)

        one_hot = torch.nn.functional.one_hot(codes, characters).to(exact) * mask[:, :, None]
        positions = torch.arange(length, device=x.device, dtype=exact)
        weight_hw_t = weight_hw.t().contiguous()
        window_weight_t = window_weight.t().contiguous()
        kappa = x.new_zeros((lines, components), dtype=exact)
        cell = x.new_zeros((lines, hidden), dtype=exact)

        for t in range(points):
            pre = gates[t].addmm_(hw[t], weight_hw_t)
            i, f, g, o = pre.chunk(4, dim=1)
            pre[:, : 2 * hidden].sigmoid_()
            g.tanh_()
            o.sigmoid_()
            cell = torch.mul(f, cell, out=cells[t]).addcmul_(i, g)
            h = hw[t + 1, :, :hidden]
            h.copy_(torch.tanh(cell).mul_(o))

            raw = torch.addmm(window_bias, h, window_weight_t).to(exact)
            values = raw.clamp_(-EXPONENT_LIMIT, EXPONENT_LIMIT).exp_()
            alpha, beta, advance = values.chunk(3, dim=1)
            advances[t].copy_(advance)
            kappa = kappa + advance
            parameters[t, :, : 2 * components].copy_(values[:, : 2 * components])
            parameters[t, :, 2 * components :].copy_(kappa)
            bump = torch.sub(kappa[:, :, None], positions, out=bumps[t])
            bump.square_().mul_(beta[:, :, None]).neg_().exp_()
            weight = torch.bmm(alpha[:, None, :], bump)
            torch.mul(weight[:, 0], mask, out=phi[t])
            hw[t + 1, :, hidden:].copy_(torch.bmm(phi[t][:, None, :], one_hot)[:, 0])

        ctx.save_for_backward(
            x, codes, mask, weight_hw, window_weight,
            gates, cells, hw, bumps, parameters, advances,
        )  # fmt: skip
        ctx.mark_non_differentiable(phi, parameters)
        return hw[1:, :, :hidden], hw[1:, :, hidden:], phi, parameters

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        grad_h, grad_w = gradients[0], gradients[1]
        (
            x, codes, mask, weight_hw, window_weight,
            gates, cells, hw, bumps, parameters, advances,
        ) = ctx.saved_tensors  # fmt: skip
        points, lines, hidden = cells.shape
        components = window_weight.shape[0] // 3
        exact = cells.dtype
        positions = torch.arange(codes.shape[1], device=x.device, dtype=exact)
        sigmoid_backward = torch.ops.aten.sigmoid_backward
        tanh_backward = torch.ops.aten.tanh_backward

        grad_gates = torch.empty_like(gates)
        grad_raw = x.new_empty((points, lines, 3 * components))
        grad_cell = x.new_zeros((lines, hidden), dtype=exact)
        grad_kappa = x.new_zeros((lines, components), dtype=exact)
        zero = x.new_zeros((lines, hidden), dtype=exact)
        for t in reversed(range(points)):
            dh, dw = grad_h[t], grad_w[t]
            if t + 1 < points:
                back = grad_gates[t + 1] @ weight_hw
                dh, dw = dh + back[:, :hidden], dw + back[:, hidden:]

            # The window: w = sum over u of phi_u c_u, phi = sum over k of alpha_k bump_k.
            alpha, beta, kappa = parameters[t].chunk(3, dim=1)
            dphi = dw.to(exact).gather(1, codes).mul_(mask)
            weighted = bumps[t] * dphi[:, None, :]
            dalpha = weighted.sum(2)
            distance = kappa[:, :, None] - positions
            first = weighted.mul_(distance)
            dkappa = first.sum(2).mul_(alpha).mul_(beta).mul_(-2)
            dbeta = first.mul_(distance).sum(2).mul_(alpha).neg_()
            grad_kappa = grad_kappa + dkappa
            raw = grad_raw[t]
            raw[:, :components] = dalpha.mul_(alpha)
            raw[:, components : 2 * components] = dbeta.mul_(beta)
            raw[:, 2 * components :] = grad_kappa * advances[t]
            dh = torch.addmm(dh, raw, window_weight).to(exact)

            # The LSTM cell.
            i, f, g, o = gates[t].to(exact).chunk(4, dim=1)
            squashed = torch.tanh(cells[t])
            di, df, dg, do = grad_gates[t].chunk(4, dim=1)
            do.copy_(sigmoid_backward(dh * squashed, o))
            grad_cell = grad_cell + tanh_backward(dh * o, squashed)
            di.copy_(sigmoid_backward(grad_cell * g, i))
            df.copy_(sigmoid_backward(grad_cell * (cells[t - 1] if t else zero), f))
            dg.copy_(tanh_backward(grad_cell * i, g))
            grad_cell = grad_cell * f

        flat = grad_gates.view(points * lines, -1)
        flat_raw = grad_raw.view(points * lines, -1)
        outputs = hw[1:, :, :hidden].reshape(points * lines, hidden)
        return (
            None,
            None,
            None,
            flat.t() @ x.reshape(points * lines, -1),
            flat.t() @ hw[:-1].reshape(points * lines, -1),
            flat.sum(0),
            flat_raw.t() @ outputs,
            flat_raw.sum(0),
        )


def windowed_layer(
    x: Tensor,
    codes: Tensor,
    mask: Tensor,
    weight_x: Tensor,
    weight_hw: Tensor,
    bias: Tensor,
    window_weight: Tensor,
    window_bias: Tensor,
) -> Windowed:
    """Layer 1 and the soft window, from an all-zero state (Graves 2013, section 5.1).

    Parameters
    ----------
    x : (T, B, 3)
        Offsets, in the type to compute in (bfloat16, float32 or float64); no gradient flows to it.
    codes : int64 (B, U)
        Character codes, padded with any code.
    mask : (B, U), float32 or float64
        1 at the characters of the text, 0 at the padding, which gets no weight.
    weight_x : (4H, 3); weight_hw : (4H, H + A); bias : (4H,)
        Layer 1's weights for the offsets, and for its own output and the window side by side;
        gates in the order input, forget, cell, output.
    window_weight : (3K, H); window_bias : (3K,)
        From layer 1 to alpha, beta and the advance of kappa, before their exponentials.

    Notes
    -----
    Cells, kappa and the window are held in float32 at least, whatever the type of `x`.
    """
    outputs = _WindowedLayer.apply(  # type: ignore[no-untyped-call]
        x, codes, mask, weight_x, weight_hw, bias, window_weight, window_bias
    )
    return Windowed(*outputs)
