/** The papers: what there is, found and sorted, and what can be done with each. */

import { drawInChunks, watchWidth } from "./chunks.js";
import { confirmDeletion } from "./confirm.js";
import { correctMasthead } from "./correction.js";
import { el, problem } from "./dom.js";
import { bookTitle } from "./labels.js";
import { deleteDocument, listDocuments, rereadDocument } from "./library_api.js";
import { paperItem } from "./paper_item.js";
import { uploadPanel } from "./upload.js";

const FIND_FROM = 8; // fewer papers are seen at a glance
const NARROW = 44; // times the type size, below which actions stand under the facts
const byTitle = new Intl.Collator("zh-CN", { numeric: true }).compare;
const ORDERS = {
  title: ["按标题", (a, b) => byTitle(a.title, b.title)],
  newest: ["日期：新的在前", (a, b) => byDate(a.date, b.date, -1)],
  oldest: ["日期：旧的在前", (a, b) => byDate(a.date, b.date, 1)],
};

/** Builds the page in `place`. Others hear of changed papers by the event `paperschange` of the document. */
export function createPapers(place) {
  const list = el("ul", { class: "paper-list", "data-testid": "papers" });
  const count = el("span", { class: "paper-count", "data-testid": "paper-count" });
  const notice = el("div", { class: "paper-notice", role: "status" });
  const find = el("input", {
    type: "search",
    class: "field",
    placeholder: "按标题、文号、地区等查找",
    "aria-label": "查找文件",
    "data-testid": "paper-find",
    oninput: draw,
  });
  const order = el(
    "select",
    { class: "field", "aria-label": "排序", "data-testid": "paper-order", onchange: draw },
    Object.entries(ORDERS).map(([value, [label]]) => el("option", { value }, label)),
  );
  const tools = el("div", { class: "paper-tools", role: "search", hidden: true }, find, order);
  let documents = [];
  let loaded = false;
  let stopDrawing = () => {};

  async function refresh() {
    try {
      documents = await listDocuments();
      loaded = true;
      draw();
    } catch (error) {
      say(problem(error, refresh));
    }
  }

  function draw() {
    const wanted = find.value.trim().toLowerCase();
    const found = documents.filter((paper) => searched(paper).includes(wanted)).sort(ORDERS[order.value][1]);
    const titles = new Map(documents.map(({ id, title }) => [id, title]));
    tools.hidden = documents.length < FIND_FROM && !wanted;
    count.textContent = wanted ? `${found.length} / ${documents.length} 份` : `${documents.length} 份`;
    stopDrawing();
    list.replaceChildren();
    stopDrawing = drawInChunks(found, (paper) => list.append(paperItem(paper, titles.get(paper.validity_by), actions)));
    if (!found.length) list.append(el("li", { class: "paper-none" }, wanted ? "没有符合的文件。" : "还没有文件。上传之后就可以提问。"));
  }

  const actions = {
    async correct(paper) {
      const corrected = await correctMasthead(paper);
      if (corrected) changed(corrected, `已更正${bookTitle(corrected.title)}。`, "correct");
    },
    async reread(paper, working) {
      working(true);
      try {
        const read = await rereadDocument(paper.id);
        changed(read, `已重新读取${bookTitle(read.title)}，共 ${read.passages} 个段落。`, "reread");
      } catch (error) {
        say(problem(error, () => actions.reread(paper, working)));
      }
      working(false);
    },
    async remove(paper) {
      if (!(await confirmDeletion(paper))) return;
      const after = itemOf(paper.id).nextElementSibling || itemOf(paper.id).previousElementSibling;
      const next = after && after.dataset.id;
      try {
        await deleteDocument(paper.id);
        documents = documents.filter(({ id }) => id !== paper.id);
        tell(`已删除${bookTitle(paper.title)}。`);
        focusOn(next, "open");
      } catch (error) {
        say(problem(error, () => actions.remove(paper)));
      }
    },
  };

  /** A paper is as `paper` says now; the focus goes back to the action that did it. */
  function changed(paper, message, action) {
    documents = documents.map((known) => (known.id === paper.id ? paper : known));
    tell(message);
    focusOn(paper.id, action);
    refresh().then(() => focusOn(paper.id, action)); // a title may put an end to another paper
  }

  function tell(message) {
    say(el("p", { class: "paper-done", "data-testid": "paper-done" }, message));
    draw();
    document.dispatchEvent(new CustomEvent("paperschange"));
  }

  function say(message) {
    notice.replaceChildren(message);
    message.scrollIntoView({ block: "nearest" });
  }

  function itemOf(id) {
    return list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  function focusOn(id, action) {
    const item = id && itemOf(id);
    const target = item ? item.querySelector(`[data-action="${action}"]`) : find;
    target.focus({ preventScroll: true });
  }

  watchWidth(place, NARROW, (narrow) => place.classList.toggle("is-narrow", narrow));
  const upload = uploadPanel(place, {
    onfile: refresh,
    ondone: () => document.dispatchEvent(new CustomEvent("paperschange")),
  });
  const more = el("p", { class: "papers-more" }, el("a", { href: "#/evaluation" }, "评测记录和读者反馈"));
  place.append(el("div", { class: "papers-inner" }, el("h1", {}, "文件库", count), upload, notice, tools, list, more));
  return { show: () => loaded || refresh() };
}

function searched({ title, document_number: number, issuer, region, name }) {
  return [title, number, issuer, region, name].join("\n").toLowerCase();
}

/** ISO dates compare as text; papers of no known date come last either way. */
function byDate(first, second, direction) {
  if (!first || !second) return first ? -1 : second ? 1 : 0;
  return first < second ? -direction : first > second ? direction : 0;
}
