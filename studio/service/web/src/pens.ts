/** Pens on a canvas: how wide their line is at each point, as engine/rendering/pens.py has it. */

import { beziers, pointCount, type Stroke } from "./curves.ts";

export type PenKind = "ballpoint" | "fountain" | "felt" | "pencil";

export interface Pen {
  readonly kind: PenKind;
  /** Of the line at its usual speed, in millimetres. */
  readonly width: number;
  /** Of its line, from 0 to 1. */
  readonly opacity: number;
}

interface Nature {
  /** Width across the nib's edge against along it; 1 is a round tip. */
  readonly thin: number;
  /** Of the nib's edge to the x axis, clockwise, in degrees. */
  readonly angle: number;
  /** Of the nib's long edge against the pen's width. */
  readonly gain: number;
  /** How much wider the line is where the pen is slow or pressed down. */
  readonly slowing: number;
  /** Width at the ends of a stroke against the width within. */
  readonly taper: number;
}

const ROUND: Nature = { thin: 1, angle: 0, gain: 1, slowing: 0, taper: 1 };
const NATURES: Record<PenKind, Nature> = {
  ballpoint: ROUND,
  fountain: { thin: 0.42, angle: -38, gain: 1.3, slowing: 0.28, taper: 0.72 },
  felt: { ...ROUND, slowing: 0.16 },
  pencil: { thin: 0.85, angle: -45, gain: 1, slowing: 0.2, taper: 0.75 },
};

/**
 * The width of a pen's line at each point of ink, in millimetres: an array a stroke.
 *
 * The line widens with the pressure where that is known, else where the pen was slow.
 */
export function widths(strokes: readonly Stroke[], pen: Pen): Float64Array[] {
  const nature = NATURES[pen.kind];
  const wide = strokes.map((stroke) => new Float64Array(pointCount(stroke)).fill(pen.width));
  if (nature === ROUND) return wide;
  const pressed = pressures(strokes);
  strokes.forEach((stroke, k) => {
    const row = wide[k] as Float64Array;
    const hard = pressed[k] as Float64Array;
    for (let i = 0; i < row.length; i++) {
      row[i] = (row[i] as number) * nib(stroke, i, nature) * (hard[i] as number) ** nature.slowing;
    }
    average(row);
    average(row);
    taper(stroke, row, nature.taper, 1.5 * pen.width);
  });
  return wide;
}

/** A stroke's step over the points around point i. */
function step(stroke: Stroke, i: number): [number, number] {
  const low = Math.max(i - 1, 0);
  const high = Math.min(i + 1, pointCount(stroke) - 1);
  const { xy } = stroke;
  return [
    (xy[2 * high] as number) - (xy[2 * low] as number),
    (xy[2 * high + 1] as number) - (xy[2 * low + 1] as number),
  ];
}

function nib(stroke: Stroke, i: number, nature: Nature): number {
  if (nature.thin === 1) return 1;
  const [dx, dy] = step(stroke, i);
  const angle = (nature.angle * Math.PI) / 180;
  const across = dy * Math.cos(angle) - dx * Math.sin(angle);
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  const length = Math.hypot(across, along);
  if (length < 1e-9) return (nature.gain * (1 + nature.thin)) / 2;
  return (nature.gain * Math.hypot(across, nature.thin * along)) / length;
}

/** How hard the pen was pressed at each point, by pressure or slowness; 1 is usual. */
function pressures(strokes: readonly Stroke[]): Float64Array[] {
  const timed = strokes.every((stroke) => stroke.time !== undefined);
  const speeds = strokes.map((stroke) => {
    const count = pointCount(stroke);
    const row = new Float64Array(count).fill(-1);
    for (let i = 0; i < count; i++) {
      const low = Math.max(i - 1, 0);
      const high = Math.min(i + 1, count - 1);
      const elapsed =
        timed && stroke.time
          ? (stroke.time[high] as number) - (stroke.time[low] as number)
          : high - low;
      if (elapsed > 0) row[i] = Math.hypot(...step(stroke, i)) / elapsed;
    }
    return row;
  });
  const usual = median(speeds.flatMap((row) => [...row]).filter((speed) => speed >= 0));
  const known = strokes.flatMap((stroke) => stroke.pressure ?? []);
  const mean = Math.max(known.reduce((sum, p) => sum + p, 0) / Math.max(known.length, 1), 1e-6);
  return strokes.map((stroke, k) =>
    (speeds[k] as Float64Array).map((speed, i) => {
      const pressure = stroke.pressure?.[i];
      // A pressure says more about the line than a speed does: it counts double.
      if (pressure !== undefined) return ((pressure / mean) * 0.8 + 0.2) ** 2;
      return speed < 0 || usual <= 0 ? 1 : 1.5 / (speed / usual + 0.5);
    }),
  );
}

function median(values: number[]): number {
  if (values.length === 0) return 0;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/** Each value averaged with its neighbours', weighted 1 2 1. */
function average(row: Float64Array): void {
  let before = row[0] ?? 0;
  for (let i = 0; i < row.length; i++) {
    const here = row[i] as number;
    const after = row[i + 1] ?? here;
    row[i] = (before + 2 * here + after) / 4;
    before = here;
  }
}

/** Let a stroke's width fall to `least` of it at its ends, within `reach` of path. */
function taper(stroke: Stroke, row: Float64Array, least: number, reach: number): void {
  if (least >= 1) return;
  const { xy } = stroke;
  const path = new Float64Array(row.length);
  for (let i = 1; i < row.length; i++) {
    const dx = (xy[2 * i] as number) - (xy[2 * i - 2] as number);
    const dy = (xy[2 * i + 1] as number) - (xy[2 * i - 1] as number);
    path[i] = (path[i - 1] as number) + Math.hypot(dx, dy);
  }
  const whole = path[row.length - 1] ?? 0;
  // A dot keeps its full width: there is no end to taper towards.
  if (whole < reach / 2) return;
  const within = Math.min(reach, Math.max(whole / 2, 1e-9));
  for (let i = 0; i < row.length; i++) {
    const depth = Math.min(path[i] as number, whole - (path[i] as number));
    row[i] = (row[i] as number) * (least + (1 - least) * Math.sqrt(Math.min(depth / within, 1)));
  }
}

/**
 * Draw pieces of a stroke: piece i leads from point i to point i + 1.
 *
 * The canvas is scaled so that its unit is the stroke's; `pixel` is the size of a device pixel in
 * that unit. Strokes of one point are dots.
 */
export function drawPieces(
  context: CanvasRenderingContext2D,
  stroke: Stroke,
  wide: Float64Array,
  first: number,
  last: number,
  pixel: number,
): void {
  const { xy } = stroke;
  context.lineCap = "round";
  context.lineJoin = "round";
  if (pointCount(stroke) === 1) {
    context.beginPath();
    context.arc(xy[0] as number, xy[1] as number, (wide[0] as number) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const control = beziers(stroke);
  const even = wide.every((w) => w === wide[0]);
  if (even) {
    context.lineWidth = wide[0] as number;
    context.beginPath();
    context.moveTo(xy[2 * first] as number, xy[2 * first + 1] as number);
    for (let i = first; i < last; i++) {
      context.bezierCurveTo(
        ...(control.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number]),
        xy[2 * i + 2] as number,
        xy[2 * i + 3] as number,
      );
    }
    context.stroke();
    return;
  }
  for (let i = first; i < last; i++) {
    const [ax, ay] = [xy[2 * i] as number, xy[2 * i + 1] as number];
    const [bx, by] = [xy[2 * i + 2] as number, xy[2 * i + 3] as number];
    const [cx, cy] = [control[4 * i] as number, control[4 * i + 1] as number];
    const [dx, dy] = [control[4 * i + 2] as number, control[4 * i + 3] as number];
    const length = Math.hypot(bx - ax, by - ay);
    const pieces = Math.max(1, Math.min(12, Math.ceil(length / (3 * pixel))));
    const [from, to] = [wide[i] as number, wide[i + 1] as number];
    let [x, y] = [ax, ay];
    for (let k = 1; k <= pieces; k++) {
      const t = k / pieces;
      const s = 1 - t;
      const [p, q, r, u] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      const nextX = p * ax + q * cx + r * dx + u * bx;
      const nextY = p * ay + q * cy + r * dy + u * by;
      context.lineWidth = from + (to - from) * (t - 0.5 / pieces);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(nextX, nextY);
      context.stroke();
      [x, y] = [nextX, nextY];
    }
  }
}

/** Draw whole strokes with a pen; see `drawPieces`. */
export function drawStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  pen: Pen,
  colour: string,
  pixel: number,
): void {
  context.strokeStyle = context.fillStyle = colour;
  const wide = widths(strokes, pen);
  strokes.forEach((stroke, k) => {
    const count = pointCount(stroke);
    if (count) drawPieces(context, stroke, wide[k] as Float64Array, 0, count - 1, pixel);
  });
}

const PIXELS = 96;

/** Take the paper's grain out of a pencil's line: a tile of 6 mm that joins on to itself. */
export function grain(context: CanvasRenderingContext2D, scale: number): void {
  const tile = document.createElement("canvas");
  tile.width = tile.height = PIXELS;
  const paint = tile.getContext("2d");
  if (!paint) return;
  const image = paint.createImageData(PIXELS, PIXELS);
  // A small generator of its own, so that the grain is the same at every drawing.
  let state = 7;
  const noise = Float32Array.from({ length: PIXELS * PIXELS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  const at = (x: number, y: number): number =>
    noise[((y + PIXELS) % PIXELS) * PIXELS + ((x + PIXELS) % PIXELS)] as number;
  for (let y = 0; y < PIXELS; y++) {
    for (let x = 0; x < PIXELS; x++) {
      const soft = (at(x, y) + at(x - 1, y) + at(x, y - 1) + at(x - 1, y - 1)) / 4;
      const kept = Math.min(1, Math.max(0, 0.2 + 1.5 * soft));
      image.data[4 * (y * PIXELS + x) + 3] = Math.round(255 * (1 - kept));
    }
  }
  paint.putImageData(image, 0, 0);
  const pattern = context.createPattern(tile, "repeat");
  if (!pattern) return;
  pattern.setTransform(new DOMMatrix().scale((6 / PIXELS) * scale));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "destination-out";
  context.fillStyle = pattern;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}
