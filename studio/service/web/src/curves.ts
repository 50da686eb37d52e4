/** The smooth curve through a stroke's points, as engine/rendering/curves.py draws it. */

/** The points from pen down to pen up: x0, y0, x1, y1, ... in one unit, x right, y down. */
export interface Stroke {
  readonly xy: readonly number[];
  /** Seconds, one a point. */
  readonly time?: readonly number[] | undefined;
  /** From 0 to 1, one a point. */
  readonly pressure?: readonly number[] | undefined;
}

/** How many points a stroke has. */
export function pointCount(stroke: Stroke): number {
  return stroke.xy.length >> 1;
}

/**
 * Control points of the cubic Béziers through a stroke: centripetal Catmull-Rom splines, which
 * pass through all points and make neither cusps nor loops (Yuksel, Schaefer, Keyser 2011).
 *
 * @returns for piece i, from point i to i + 1, the two inner control points at 4 * i: x, y, x, y.
 */
export function beziers(stroke: Stroke): Float64Array {
  const { xy } = stroke;
  const count = pointCount(stroke);
  const control = new Float64Array(Math.max(0, count - 1) * 4);
  if (count < 2) return control;
  const at = (i: number): number => xy[i] as number;
  const knot = new Float64Array(count - 1);
  for (let i = 0; i < count - 1; i++) {
    const chord = Math.hypot(at(2 * i + 2) - at(2 * i), at(2 * i + 3) - at(2 * i + 1));
    knot[i] = Math.sqrt(Math.max(chord, 1e-12));
  }
  const tangent = (i: number, axis: number): number => {
    const before = knot[i - 1] as number;
    const after = knot[i] as number;
    const come = (at(2 * i + axis) - at(2 * i - 2 + axis)) / before;
    const go = (at(2 * i + 2 + axis) - at(2 * i + axis)) / after;
    return (come * after + go * before) / (before + after);
  };
  for (let i = 0; i < count - 1; i++) {
    const reach = (knot[i] as number) / 3;
    const first = i === 0;
    const last = i === count - 2;
    for (const axis of [0, 1]) {
      const from = at(2 * i + axis);
      const to = at(2 * i + 2 + axis);
      let out = first ? from : from + tangent(i, axis) * reach;
      let into = last ? to : to - tangent(i + 1, axis) * reach;
      // At the ends the curve goes on as a parabola: no tangent is known there.
      if (first && last) {
        out = from + (to - from) / 3;
        into = to - (to - from) / 3;
      } else if (first) {
        out = from + (to + 1.5 * (into - to) - from) * (2 / 3);
      } else if (last) {
        into = to + (from + 1.5 * (out - from) - to) * (2 / 3);
      }
      control[4 * i + axis] = out;
      control[4 * i + 2 + axis] = into;
    }
  }
  return control;
}
