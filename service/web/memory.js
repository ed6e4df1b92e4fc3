/** Keeps the conversation of this tab over a reload; closing the tab forgets it. */

const KEY = "cewen.turns.1";

/** Saves the answered turns. */
export function saveTurns(turns) {
  const kept = turns.filter(({ result }) => result).map(({ question, result }) => ({ question, result }));
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Full or forbidden storage costs the reload, not the conversation.
  }
}

/** The turns saved in this tab, oldest first. */
export function loadTurns() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) || [];
  } catch {
    return [];
  }
}

/** Forgets the conversation. */
export function forgetTurns() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was stored either.
  }
}
