/** The panel that sources are opened in. */

import { part } from "./parts.js";
import { leaveSource } from "./routes.js";

const panel = document.getElementById("viewer");
const BROKEN = { open: () => (panel.hidden = false), close: () => (panel.hidden = true) };

/** Returns what opens a source (see routes.js) in the panel, or closes it for null; `askOnly`: see viewer.js. */
export function createSourcePanel(askOnly) {
  const load = async () => {
    const { createViewer } = await import("./viewer.js");
    return () => createViewer({ onclose: leaveSource, askOnly });
  };
  let used = false;
  return async (source) => {
    used = used || Boolean(source);
    if (!used) return;
    const viewer = await part(panel, "viewer.css", load, BROKEN);
    if (source) viewer.open(source);
    else viewer.close();
  };
}
