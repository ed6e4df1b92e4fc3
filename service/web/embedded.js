/** The chat inside a portal's frame: Escape, where nothing here wants it, closes the frame. */

/** Tells the portal's page of such an Escape; elsewhere nothing listens. */
export function closeWithEscape() {
  document.addEventListener("keydown", passOn, true);
}

function passOn(event) {
  const wanted = event.isComposing || document.querySelector("dialog[open], .viewer:not([hidden])");
  // Says only that a key was pressed, so that any portal may hear it.
  if (event.key === "Escape" && !wanted) window.parent.postMessage("cewen-close", "*");
}
