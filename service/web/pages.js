/** The pages besides the chat, and the source panel: their code and style are fetched when first wanted. */

import { problem } from "./dom.js";
import { leaveSource } from "./routes.js";

const PAGES = {
  papers: { style: "documents.css", load: async () => (await import("./documents.js")).createPapers },
  duties: { style: "duties.css", load: async () => (await import("./duties.js")).createDuties },
  evaluation: { style: "evaluation.css", load: async () => (await import("./evaluation.js")).createEvaluation },
};
const INCOMPLETE = "页面没有加载完整，请检查服务是否在运行，然后刷新";
const made = new Map();

/** Shows the page `view` if it is one of these; `parameters` are those of its address. */
export async function showPage(view, parameters) {
  if (!PAGES[view]) return;
  const page = await once(view, () => makePage(view));
  page.show(parameters);
}

/** Opens a source (see routes.js) in the panel, or closes it for null. */
export async function showSource(source) {
  if (!source && !made.has("viewer")) return;
  const viewer = await once("viewer", makeViewer);
  if (source) viewer.open(source);
  else viewer.close();
}

// A file dropped beside the place for it must not replace the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files")) event.preventDefault();
  });
}

function once(name, make) {
  if (!made.has(name)) made.set(name, make());
  return made.get(name);
}

async function makePage(view) {
  const place = document.getElementById(view);
  try {
    const [create] = await Promise.all([PAGES[view].load(), addStyle(PAGES[view].style)]);
    return create(place);
  } catch (error) {
    console.error(error);
    place.replaceChildren(problem(new Error(INCOMPLETE), () => location.reload()));
    return { show() {} };
  }
}

async function makeViewer() {
  const panel = document.getElementById("viewer");
  try {
    const [{ createViewer }] = await Promise.all([import("./viewer.js"), addStyle("viewer.css")]);
    return createViewer({ onclose: leaveSource });
  } catch (error) {
    console.error(error);
    panel.replaceChildren(problem(new Error(INCOMPLETE), () => location.reload()));
    return { open: () => (panel.hidden = false), close: () => (panel.hidden = true) };
  }
}

/** Resolves when the style is there, so that the page is not seen without it. */
function addStyle(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `/static/${name}`;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(name));
    document.head.append(link);
  });
}
