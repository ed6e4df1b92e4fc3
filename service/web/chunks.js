/** Draws a long list piece by piece, so that the page answers while it grows. */

const AT_ONCE = 60; // fills a tall screen
const EACH_FRAME = 100;
let atPrint = null;
window.addEventListener("beforeprint", () => atPrint && atPrint());

/**
 * Calls `draw(item, index)` for every item: the first ones now, the others in
 * the frames to come, or all at once before the page is printed. `ondrawn` is
 * called after each piece. Returns a function that stops it.
 */
export function drawInChunks(items, draw, ondrawn = () => {}) {
  let next = 0;
  let frame = 0;
  const some = (count) => {
    const end = Math.min(next + count, items.length);
    for (; next < end; next++) draw(items[next], next);
    frame = next < items.length ? requestAnimationFrame(() => some(EACH_FRAME)) : 0;
    ondrawn();
  };
  some(AT_ONCE);
  atPrint = () => some(items.length);
  return () => cancelAnimationFrame(frame);
}

/** Calls `apply(isNarrow)` whenever the node becomes narrower or wider than `width` times the type size. */
export function watchWidth(node, width, apply) {
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width) apply(contentRect.width < width * parseFloat(getComputedStyle(document.documentElement).fontSize));
  }).observe(node);
}
