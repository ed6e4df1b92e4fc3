/** The pages besides the chat. */

import { part } from "./parts.js";

const PAGES = {
  papers: { style: "documents.css", load: async () => (await import("./documents.js")).createPapers },
  duties: { style: "duties.css", load: async () => (await import("./duties.js")).createDuties },
  evaluation: { style: "evaluation.css", load: async () => (await import("./evaluation.js")).createEvaluation },
};
const BROKEN = { show() {} };

/** Shows the page `view` if it is one of these; `parameters` are those of its address. */
export async function showPage(view, parameters) {
  if (!PAGES[view]) return;
  const { style, load } = PAGES[view];
  const page = await part(document.getElementById(view), style, load, BROKEN);
  page.show(parameters);
}
