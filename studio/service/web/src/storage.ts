/** What this browser remembers, and nobody else: it may be forbidden to, and then does not. */

const PREFIX = "scriptorium.";

/** What was remembered by that name, or null. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Remember a text, or forget it (null); tells whether that went. */
export function remember(name: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

/** The same for what is gone when the tab closes: a token, the text on the sheet. */
export const session = {
  recall(name: string): string | null {
    try {
      return sessionStorage.getItem(PREFIX + name);
    } catch {
      return null;
    }
  },
  remember(name: string, value: string | null): void {
    try {
      if (value === null) sessionStorage.removeItem(PREFIX + name);
      else sessionStorage.setItem(PREFIX + name, value);
    } catch {
      // A full or forbidden store costs nothing but a question asked again.
    }
  },
};
