/** The panel that shows a source: beside the page, or over it on a phone. */

import { getDocument, getText } from "./api.js";
import { el, problem } from "./dom.js";
import { neighbours } from "./neighbours.js";
import { bringInto, sourceBody, sourceHead } from "./source.js";

const SHEET = matchMedia("(max-width: 959px)");
const PADDING = 48; // pixels beside the text, of the panel's width
const REMEMBERED = 4; // papers kept, so that the next citation opens at once

const panel = document.getElementById("viewer");
const app = document.getElementById("app");
const papers = new Map();

/**
 * Wires the viewer up; `onclose()` is asked to leave the source. `askOnly(id)` is the address
 * at which one paper alone is asked of, on a page that has such.
 */
export function createViewer({ onclose, askOnly }) {
  let opener = null;
  let shown = null;

  async function open(source) {
    if (!panel.contains(document.activeElement)) opener = document.activeElement;
    shown = source;
    setOpen(true);
    if (app.contains(opener)) opener.scrollIntoView({ block: "nearest" }); // its column has become narrower
    if (!papers.has(source.documentId)) fill("正在打开…", waiting());
    try {
      const paper = await fetchPaper(source.documentId);
      if (shown === source) draw(paper, source);
    } catch (error) {
      if (shown === source)
        fill(
          "未能打开文件",
          problem(error, () => open(source)),
        );
    }
  }

  function draw(paper, source) {
    const { body, mark } = sourceBody(paper, source, panel.clientWidth - PADDING);
    fill(paper.title, body, { paper, mark, page: source.page, around: neighbours(source, opener), only: askOnly && askOnly(paper.id) });
    if (mark) bringInto(mark, "center");
  }

  /** The focus goes to the title, or stays on the button that leads from citation to citation. */
  function fill(title, body, about) {
    const pressed = panel.contains(document.activeElement) && document.activeElement.dataset.step;
    panel.replaceChildren(sourceHead(title, onclose, about), body);
    const button = pressed && panel.querySelector(`[data-step="${pressed}"]:not(:disabled)`);
    (button || document.getElementById("viewer-title")).focus({ preventScroll: true });
  }

  function close() {
    if (panel.hidden) return;
    shown = null;
    setOpen(false);
    panel.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  }

  SHEET.addEventListener("change", setMode);
  document.addEventListener("paperschange", () => papers.clear());
  document.addEventListener("keydown", (event) => {
    const busy = event.isComposing || document.querySelector("dialog[open]");
    if (event.key === "Escape" && !panel.hidden && !busy) onclose();
  });
  return { open, close };
}

async function fetchPaper(id) {
  if (papers.has(id)) return papers.get(id);
  const [detail, text] = await Promise.all([getDocument(id), getText(id)]);
  if (papers.size >= REMEMBERED) papers.delete(papers.keys().next().value);
  papers.set(id, { ...detail, text });
  return papers.get(id);
}

function waiting() {
  return el("p", { class: "viewer-waiting", role: "status" }, "正在打开文件…");
}

function setOpen(isOpen) {
  panel.hidden = !isOpen;
  setMode();
}

/** As a sheet the viewer covers the page, which then must not take the focus. */
function setMode() {
  const sheet = SHEET.matches && !panel.hidden;
  app.classList.toggle("is-covered", sheet);
  panel.setAttribute("role", sheet ? "dialog" : "complementary");
  if (sheet) panel.setAttribute("aria-modal", "true");
  else panel.removeAttribute("aria-modal");
}
