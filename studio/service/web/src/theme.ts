/** Light or dark: the system's choice, or the user's, which this browser remembers. */

import { computed, effect, signal } from "@preact/signals";
import { recall, remember } from "./storage.ts";

export type Appearance = "system" | "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", (event) => {
  systemDark.value = event.matches;
});

const stored = recall("appearance");
export const appearance = signal<Appearance>(
  stored === "light" || stored === "dark" ? stored : "system",
);

/** Whether light text stands on dark ground now. */
export const dark = computed(
  () => appearance.value === "dark" || (appearance.value === "system" && systemDark.value),
);

/** Turn light into dark and back; what the system has anyway is not remembered as a choice. */
export function toggleTheme(): void {
  const wanted = !dark.value;
  appearance.value = wanted === systemDark.value ? "system" : wanted ? "dark" : "light";
}

effect(() => {
  const chosen = appearance.value;
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  remember("appearance", chosen === "system" ? null : chosen);
});
