/** The colours of a weight between 0 and 1, as the studio's inspector has them (inferno). */

const STOPS = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
] as const;

/** 256 colours as red, green, blue and full opacity, one after another. */
export const HEAT: Uint8ClampedArray = (() => {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (STOPS.length - 1);
    const low = Math.min(Math.floor(place), STOPS.length - 2);
    const from = STOPS[low] as readonly [number, number, number];
    const to = STOPS[low + 1] as readonly [number, number, number];
    for (let c = 0; c < 3; c++) {
      table[4 * i + c] =
        (from[c] as number) + (place - low) * ((to[c] as number) - (from[c] as number));
    }
    table[4 * i + 3] = 255;
  }
  return table;
})();
