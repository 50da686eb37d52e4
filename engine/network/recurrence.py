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

from engine.network.lstm_cell import Cells

#: Exponents of alpha, beta and the step of kappa are held within plus and minus this.
EXPONENT_LIMIT = 8.0


class WindowedOutput(NamedTuple):
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
        exact = torch.promote_types(x.dtype, torch.float32)

        # Layer 1 reads its own output, the window, the point and a one (for the bias) side by
        # side: one product a point, and one for all gradients of these weights. A bias that each
        # line has of its own is added to the product.
        own_bias = bias.dim() == 2
        shared = bias.new_zeros(len(weight_x)) if own_bias else bias
        weight = torch.cat([weight_hw, weight_x, shared[:, None]], dim=1)
        read = x.new_zeros((points + 1, lines, weight.shape[1]))
        read[:-1, :, hidden + characters : -1] = x
        read[:, :, -1] = 1
        gates = x.new_empty((points, lines, 4 * hidden))
        cells = x.new_empty((points + 1, lines, hidden), dtype=exact)
        cells[0] = 0
        phi = x.new_empty((points, lines, length), dtype=exact)
        bumps = x.new_empty((points, lines, components, length), dtype=exact)
        parameters = x.new_empty((points, lines, 3 * components), dtype=exact)
        advances = x.new_empty((points, lines, components), dtype=exact)

        one_hot = torch.nn.functional.one_hot(codes, characters).to(exact) * mask[:, :, None]
        positions = torch.arange(length, device=x.device, dtype=exact)
        weight = weight.t().contiguous()
        window_weight_t = window_weight.t().contiguous()
        kappa = x.new_zeros((lines, components), dtype=exact)
        arithmetic = Cells(gates, exact)

        for t, own in enumerate(gates.unbind()):
            h = read[t + 1, :, :hidden]
            torch.mm(read[t], weight, out=own)
            if own_bias:
                own.add_(bias)
            arithmetic.forward(own, cells[t], cells[t + 1], h)

            values = parameters[t].copy_(torch.addmm(window_bias, h, window_weight_t))
            alpha, beta, advance = (
                values.clamp_(-EXPONENT_LIMIT, EXPONENT_LIMIT).exp_().chunk(3, dim=1)
            )
            advances[t].copy_(advance)
            # From here on kappa itself stands where its advance stood.
            kappa = advance.add_(kappa)
            bump = torch.sub(kappa[:, :, None], positions, out=bumps[t])
            bump.square_().mul_(beta[:, :, None]).neg_().exp_()
            weight_of_each = torch.mul(bump, alpha[:, :, None]).sum(1)
            torch.mul(weight_of_each, mask, out=phi[t])
            window = torch.bmm(phi[t][:, None, :], one_hot)[:, 0]
            read[t + 1, :, hidden : hidden + characters].copy_(window)

        ctx.save_for_backward(
            codes, mask, weight_hw, window_weight,
            gates, cells, read, bumps, parameters, advances,
        )  # fmt: skip
        ctx.mark_non_differentiable(phi, parameters)
        ctx.own_bias, ctx.own_window_bias = own_bias, window_bias.dim() == 2
        window = read[1:, :, hidden : hidden + characters]
        return read[1:, :, :hidden], window, phi, parameters

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        grad_h, grad_w = gradients[0], gradients[1]
        (
            codes, mask, weight_hw, window_weight,
            gates, cells, read, bumps, parameters, advances,
        ) = ctx.saved_tensors  # fmt: skip
        points, lines, width = gates.shape
        hidden = width // 4
        components = window_weight.shape[0] // 3
        exact = cells.dtype
        positions = torch.arange(codes.shape[1], device=codes.device, dtype=exact)

        grad_gates = torch.empty_like(gates)
        grad_raw = gates.new_empty((points, lines, 3 * components))
        grad_cell = torch.zeros_like(cells[0])
        grad_kappa = grad_cell.new_zeros((lines, components))
        arithmetic = Cells(gates, exact)
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

            arithmetic.backward(gates[t], cells[t], cells[t + 1], dh, grad_cell, grad_gates[t])

        # Where biases alone are taught the products for the weights' gradients are left out.
        columns = weight_hw.shape[1]
        grad_weight = grad_window = None
        flat, flat_raw = grad_gates.view(points * lines, width), grad_raw.view(points * lines, -1)
        if ctx.needs_input_grad[4]:
            grad_weight = flat.t() @ read[:-1].view(points * lines, -1)
            outputs = read[1:, :, :hidden].reshape(points * lines, hidden)
            grad_window = flat_raw.t() @ outputs
        return (
            None,
            None,
            None,
            None if grad_weight is None else grad_weight[:, columns:-1],
            None if grad_weight is None else grad_weight[:, :columns],
            grad_gates.sum(0) if ctx.own_bias else flat.sum(0),
            grad_window,
            grad_raw.sum(0) if ctx.own_window_bias else flat_raw.sum(0),
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
) -> WindowedOutput:
    """Layer 1 and the soft window, from an all-zero state (Graves 2013, section 5.1).

    Parameters
    ----------
    x : (T, B, 3)
        Offsets, in the type to compute in (bfloat16, float32 or float64); no gradient flows to it.
    codes : int64 (B, U)
        Character codes, padded with any code.
    mask : (B, U), float32 or float64
        1 at the characters of the text, 0 at the padding, which gets no weight.
    weight_x : (4H, 3); weight_hw : (4H, H + A); bias : (4H,) or (B, 4H)
        Layer 1's weights for the offsets, and for its own output and the window side by side;
        gates in the order input, forget, cell, output. The bias is one for all lines, or each
        line's own.
    window_weight : (3K, H); window_bias : (3K,) or (B, 3K)
        From layer 1 to alpha, beta and the advance of kappa, before their exponentials.

    Notes
    -----
    Cells, kappa and the window are held in float32 at least, whatever the type of `x`.
    """
    outputs = _WindowedLayer.apply(  # type: ignore[no-untyped-call]
        x, codes, mask, weight_x, weight_hw, bias, window_weight, window_bias
    )
    return WindowedOutput(*outputs)
