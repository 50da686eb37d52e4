/** Paper: what is printed on a sheet, as studio/document/paper.py has it. */

export type RulingKind = "plain" | "lined" | "squared" | "dotted";

/** A sheet in millimetres. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  readonly margins: { left: number; top: number; right: number; bottom: number };
  readonly ruling: {
    kind: RulingKind;
    spacing: number;
    first: number;
    colour: string;
    width: number;
  };
}

/** Multiples of a spacing, counted from `through`, within [low, high]. */
function places(low: number, high: number, through: number, spacing: number): number[] {
  const start = Math.ceil((low - through) / spacing - 1e-9);
  const stop = Math.floor((high - through) / spacing + 1e-9);
  const found: number[] = [];
  for (let k = start; k <= stop; k++) found.push(through + spacing * k);
  return found;
}

/** Draw an empty sheet; the canvas is scaled so that its unit is a millimetre. */
export function drawPaper(context: CanvasRenderingContext2D, sheet: Sheet): void {
  const { width, height, ruling, margins } = sheet;
  context.fillStyle = sheet.colour;
  context.fillRect(0, 0, width, height);
  context.strokeStyle = context.fillStyle = ruling.colour;
  context.lineWidth = ruling.width;
  context.beginPath();
  const across = (y: number): void => {
    context.moveTo(0, y);
    context.lineTo(width, y);
  };
  const { spacing, first } = ruling;
  if (ruling.kind === "lined") {
    places(Math.max(margins.top, 0.5), height - margins.bottom, first, spacing).forEach(across);
  } else if (ruling.kind === "squared") {
    places(0, height, first, spacing).forEach(across);
    for (const x of places(0, width, width / 2, spacing)) {
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
  } else if (ruling.kind === "dotted") {
    for (const y of places(0, height, first, spacing)) {
      for (const x of places(0, width, width / 2, spacing)) {
        context.moveTo(x, y);
        context.arc(x, y, 1.5 * ruling.width, 0, 2 * Math.PI);
      }
    }
    context.fill();
    return;
  }
  context.stroke();
}
