/** Small helpers to build the page. Strings always become text nodes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Creates an element. An attribute that is a function listens to the event it
 * names (`onclick`); `true` sets a bare attribute; `false`, `null` and
 * `undefined` leave it out. Empty, absent and false children are skipped.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** One icon of the sprite in the page; decoration only. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A button with a text label and, if named, an icon before it. */
export function button(label, onclick, { iconName, ...attributes } = {}) {
  return el("button", { type: "button", class: "button", onclick, ...attributes }, iconName && icon(iconName), label);
}

/** What went wrong, in the service's words, with a way to try again. */
export function problem(error, retry) {
  return el(
    "div",
    { class: "problem", role: "alert", "data-testid": "problem" },
    el("p", { class: "problem-message" }, error.message),
    error.requestId && el("p", { class: "problem-id" }, `请求编号 ${error.requestId}`),
    retry && button("重试", retry, { iconName: "retry", "data-testid": "retry" }),
  );
}

/** "smooth" unless the user asked the system for less motion. */
export function scrollBehavior() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

/** Has a screen reader say a text; `fresh` forgets what was said before. */
export function announce(text, fresh = false) {
  const announcer = document.getElementById("announcer");
  if (fresh) announcer.replaceChildren();
  announcer.append(el("p", {}, text));
}

/** A file dropped beside the place for it must not replace the page. */
export function keepDroppedFilesOut() {
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => {
      if (event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files")) event.preventDefault();
    });
  }
}
