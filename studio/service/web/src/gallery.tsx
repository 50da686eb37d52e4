/** The styles to choose from, each with some of its ink, and those of one's own. */

import { useEffect, useId, useRef } from "preact/hooks";
import type { HandInfo, StyleInfo } from "./engine.ts";
import { Icon } from "./icons.tsx";
import type { Stroke } from "./curves.ts";
import { bounds, type Box } from "./written.ts";

export function Gallery(props: {
  hands: readonly HandInfo[];
  shipped: readonly StyleInfo[];
  own: readonly StyleInfo[];
  value: string;
  onValue: (name: string) => void;
  onDraw: () => void;
  onForget: (name: string) => void;
}) {
  const group = useId();
  const cards = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The list alone is scrolled, not the page around it.
    const list = cards.current;
    const here = list?.querySelector(":checked")?.closest<HTMLElement>(".card");
    if (!list || !here) return;
    const [top, bottom] = [here.offsetTop - list.offsetTop, here.offsetTop - list.offsetTop + here.offsetHeight];
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - (list.clientHeight - here.offsetHeight) / 2;
    }
  }, [props.value]);
  const card = (style: StyleInfo, mine: boolean) => (
    <div class="card" key={style.name}>
      <label>
        <input
          type="radio"
          name={group}
          checked={style.name === props.value}
          onChange={() => props.onValue(style.name)}
        />
        <span class="names">
          <b>{style.name || "The hand's own"}</b>
          <span>{style.about}</span>
        </span>
        {style.preview.length > 0 && <Preview style={style} />}
      </label>
      {mine && (
        <button
          type="button"
          class="tool"
          title={`Delete “${style.name}”`}
          onClick={() => {
            if (confirm(`Delete “${style.name}”? Its ink cannot be brought back.`)) {
              props.onForget(style.name);
            }
          }}
        >
          <Icon name="trash" size={16} />
          <span class="spoken">Delete “{style.name}”</span>
        </button>
      )}
    </div>
  );
  return (
    <fieldset class="gallery">
      <legend class="section">Style</legend>
      <div class="cards" ref={cards}>
        {props.own.map((style) => card(style, true))}
        {props.hands.length < 2
          ? props.shipped.map((style) => card(style, false))
          : props.hands.map((hand) => (
              <section class="hand" key={hand.name} aria-label={hand.title}>
                <h2>{hand.title}</h2>
                <p title={hand.rights}>
                  {hand.commercial
                    ? "What it writes may be used and sold."
                    : "Ask before commercial use of what it writes."}
                </p>
                {props.shipped
                  .filter((style) => style.hand === hand.name)
                  .map((style) => card(style, false))}
              </section>
            ))}
        {card({ name: "", about: "no style", preview: [] }, false)}
      </div>
      <button type="button" class="draw" onClick={props.onDraw}>
        <Icon name="signature" /> Draw a line of your own
      </button>
    </fieldset>
  );
}

/** How wide a preview is, measured by its height. */
const BREADTH = 8.4;

/** The beginning of some ink as a drawing of even lines, in the colour of the text around it. */
function Preview({ style }: { style: StyleInfo }) {
  const around = bounds(style.preview);
  if (!around) return null;
  const [left, top, right, bottom] = around;
  const [pad, height] = [0.04 * (bottom - top), 1.08 * (bottom - top)];
  const width = Math.max(BREADTH * height, 1e-6);
  const paths = wholeWords(style.preview, left + width - 2 * pad)
    .map(({ xy }) => {
      const parts: string[] = [];
      for (let i = 0; i < xy.length; i += 2) {
        parts.push(`${+(xy[i] as number).toFixed(2)} ${+(xy[i + 1] as number).toFixed(2)}`);
      }
      // A dot is a stroke without length: round ends make it seen.
      return `M${parts.join("L")}${parts.length === 1 ? "h.01" : ""}`;
    });
  const shown = Math.min(width, right - left + 2 * pad);
  return (
    <svg
      class="preview"
      viewBox={[left - pad, top - pad, shown, height].map((value) => value.toFixed(3)).join(" ")}
      preserveAspectRatio="xMinYMid meet"
      aria-hidden="true"
    >
      <path
        d={paths.join("")}
        fill="none"
        stroke="currentColor"
        stroke-width="1.3"
        vector-effect="non-scaling-stroke"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Space between two strokes from which on they belong to two words, in heights of the line. */
const GAP = 0.22;

/** The strokes of the words that end before a place; all strokes where no word does. */
function wholeWords(strokes: readonly Stroke[], limit: number): readonly Stroke[] {
  const around = bounds(strokes);
  const placed = strokes
    .map((stroke) => ({ stroke, box: bounds([stroke]) }))
    .filter((entry): entry is { stroke: Stroke; box: Box } => entry.box !== null)
    .sort((a, b) => a.box[0] - b.box[0]);
  if (!around || around[2] <= limit) return strokes;
  let reached = -Infinity;
  let cut = 0;
  for (const [k, { box }] of placed.entries()) {
    if (box[0] - reached > GAP * (around[3] - around[1])) cut = k;
    reached = Math.max(reached, box[2]);
    if (reached > limit) break;
  }
  return cut ? placed.slice(0, cut).map(({ stroke }) => stroke) : strokes;
}
