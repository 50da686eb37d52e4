/** What settings are turned with: sliders, choices, swatches; all are native inputs below. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

export interface Scale {
  readonly title: string;
  /** Between what it is turned. */
  readonly low: number;
  readonly high: number;
  /** Between what it may be typed. */
  readonly least: number;
  readonly most: number;
  readonly standard: number;
  /** Words at either end. */
  readonly words: readonly [string, string];
  readonly decimals: number;
  readonly unit?: string;
  /** What it is, in the words of the paper. */
  readonly tip: string;
}

/** A slider with a number to type, a word at either end, and a reset by double click. */
export function Slider(props: {
  scale: Scale;
  value: number;
  onValue: (value: number) => void;
}) {
  const { scale, value, onValue } = props;
  const id = useId();
  const step = 10 ** -scale.decimals;
  const take = (text: string): void => {
    const number = Number.parseFloat(text);
    if (Number.isFinite(number)) {
      onValue(Math.min(scale.most, Math.max(scale.least, number)));
    }
  };
  const shown = value.toFixed(scale.decimals);
  const share = Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
  return (
    <div class="slider" title={scale.tip}>
      <div class="row">
        <label for={id}>{scale.title}</label>
        {value !== scale.standard && (
          <button
            type="button"
            class="quiet small"
            aria-label={`Reset ${scale.title.toLowerCase()} to ${scale.standard}`}
            onClick={() => onValue(scale.standard)}
          >
            Reset
          </button>
        )}
        <span class="number">
          <input
            type="number"
            aria-label={`${scale.title}${scale.unit ? ` in ${scale.unit}` : ""}`}
            min={scale.least}
            max={scale.most}
            step={step}
            value={shown}
            onChange={(event) => {
              take(event.currentTarget.value);
              event.currentTarget.value = value.toFixed(scale.decimals);
            }}
          />
          {scale.unit && <span aria-hidden="true">{scale.unit}</span>}
        </span>
      </div>
      <input
        id={id}
        type="range"
        min={scale.low}
        max={scale.high}
        step={step}
        value={value}
        style={{ "--share": `${100 * share}%` }}
        aria-valuetext={`${shown}${scale.unit ? ` ${scale.unit}` : ""}, from ${scale.words[0]} to ${scale.words[1]}`}
        onInput={(event) => take(event.currentTarget.value)}
        onDblClick={() => onValue(scale.standard)}
      />
      <div class="ends" aria-hidden="true">
        <span>{scale.words[0]}</span>
        <span>{scale.words[1]}</span>
      </div>
    </div>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly title: string;
  readonly icon?: IconName;
}

/** One of a few, side by side. */
export function Segmented<T extends string>(props: {
  title: string;
  choices: readonly Choice<T>[];
  value: T;
  onValue: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend>{props.title}</legend>
      {props.choices.map((choice) => (
        <label key={choice.value} title={choice.title}>
          <input
            type="radio"
            name={name}
            checked={choice.value === props.value}
            onChange={() => props.onValue(choice.value)}
          />
          {choice.icon ? (
            <>
              <Icon name={choice.icon} />
              <span class="spoken">{choice.title}</span>
            </>
          ) : (
            <span>{choice.title}</span>
          )}
        </label>
      ))}
    </fieldset>
  );
}

/** Bottles of ink, and any other colour. */
export function Swatches(props: {
  inks: Readonly<Record<string, string>>;
  value: string;
  onValue: (colour: string) => void;
}) {
  const name = useId();
  const colours = Object.entries(props.inks);
  const own = !colours.some(([, colour]) => colour === props.value);
  return (
    <fieldset class="swatches">
      <legend>Ink</legend>
      {colours.map(([title, colour]) => (
        <label key={title} title={title}>
          <input
            type="radio"
            name={name}
            checked={colour === props.value}
            onChange={() => props.onValue(colour)}
          />
          <span class="drop" style={{ background: colour }} />
          <span class="spoken">{title}</span>
        </label>
      ))}
      <label class={own ? "own chosen" : "own"} title="Another colour">
        <input
          type="color"
          value={props.value}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
        {own ? (
          <span class="drop" style={{ background: props.value }} />
        ) : (
          <Icon name="plus" size={16} />
        )}
        <span class="spoken">Another colour</span>
      </label>
    </fieldset>
  );
}

/** A drop-down with a label. */
export function Select(props: {
  title: string;
  choices: readonly (readonly [value: string, title: string])[];
  value: string;
  onValue: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="select">
      <label for={id}>{props.title}</label>
      <select id={id} value={props.value} onChange={(e) => props.onValue(e.currentTarget.value)}>
        {props.choices.map(([value, title]) => (
          <option key={value} value={value} selected={value === props.value}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A button of the bar: an icon, with its name beside it where there is room. */
export function BarButton(props: {
  icon: IconName;
  title: string;
  label?: boolean;
  disabled?: boolean;
  pressed?: boolean;
  onClick: () => void;
  children?: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="tool"
      title={props.title}
      disabled={props.disabled}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      <span class={props.label ? "label" : "spoken"}>{props.title}</span>
    </button>
  );
}
