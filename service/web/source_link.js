/** A link to words of a paper. */

import { el } from "./dom.js";
import { goToSource, sourceAddress } from "./routes.js";

/** A true link, so that it can be opened in a tab of its own or copied. */
export function sourceLink(source, attributes, ...children) {
  const onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goToSource(source);
  };
  return el("a", { href: sourceAddress(source), ...attributes, onclick }, ...children);
}
