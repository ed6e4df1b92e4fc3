/** The papers: what there is, opening one, deleting one. */

import { deleteDocument, listDocuments } from "./api.js";
import { validityMark } from "./citation.js";
import { confirmDeletion } from "./confirm.js";
import { el, icon, problem } from "./dom.js";
import { bookTitle, dateLabel } from "./labels.js";
import { goToSource } from "./routes.js";
import { uploadPanel } from "./upload.js";

const FILTER_FROM = 8; // fewer papers are seen at a glance

/** Builds the page; `onchange(documents or null)` hears of every list loaded. */
export function createPapers({ onchange }) {
  const list = el("ul", { class: "paper-list", "data-testid": "papers" });
  const count = el("span", { class: "paper-count" });
  const notice = el("div", { class: "paper-notice", "aria-live": "polite" });
  const filter = el("input", {
    type: "search",
    class: "paper-filter",
    placeholder: "按标题或发文字号筛选",
    "aria-label": "筛选文件",
    oninput: draw,
    hidden: true,
  });
  let documents = [];

  async function refresh() {
    try {
      documents = await listDocuments();
      notice.replaceChildren();
      draw();
      onchange(documents);
    } catch (error) {
      notice.replaceChildren(problem(error, refresh));
      onchange(null);
    }
  }

  function draw() {
    const wanted = filter.value.trim();
    const found = documents.filter(({ title, document_number: number, name }) =>
      [title, number, name].some((text) => text.includes(wanted)),
    );
    filter.hidden = documents.length < FILTER_FROM && !wanted;
    count.textContent = wanted ? `${found.length} / ${documents.length} 份` : `${documents.length} 份`;
    list.replaceChildren(...found.map((paper) => paperItem(paper, remove)));
    if (!found.length)
      list.append(el("li", { class: "paper-none" }, wanted ? "没有符合的文件。" : "还没有文件。上传之后就可以提问。"));
  }

  async function remove(paper) {
    if (!(await confirmDeletion(paper))) return;
    try {
      await deleteDocument(paper.id);
      notice.replaceChildren(el("p", { class: "paper-removed" }, `已删除${bookTitle(paper.title)}`));
      documents = documents.filter(({ id }) => id !== paper.id);
      draw();
      onchange(documents);
    } catch (error) {
      notice.replaceChildren(problem(error, () => remove(paper)));
    }
  }

  document
    .getElementById("papers")
    .append(
      el("div", { class: "papers-inner" }, el("h1", {}, "文件库 ", count), uploadPanel(refresh), notice, filter, list),
    );
  return { refresh };
}

function paperItem(paper, remove) {
  const open = () => goToSource({ documentId: paper.id, start: 0, end: 0 });
  return el(
    "li",
    { class: "paper-item", "data-testid": "paper-item" },
    el(
      "div",
      { class: "paper-about" },
      el("button", { type: "button", class: "paper-open", onclick: open }, paper.title || paper.name),
      el(
        "p",
        { class: "paper-facts" },
        fact("发文字号", paper.document_number),
        fact("成文日期", dateLabel(paper.date)),
        el("span", {}, `${paper.passages} 个段落`),
        paper.title_derived && el("span", { title: "文件没有标题，由正文拟定" }, "标题系拟定"),
        validityMark(paper.validity),
        el("span", { class: "paper-file" }, paper.name),
      ),
    ),
    el(
      "button",
      {
        type: "button",
        class: "icon-button paper-delete",
        "aria-label": `删除${bookTitle(paper.title)}`,
        title: "删除",
        onclick: () => remove(paper),
        "data-testid": "delete",
      },
      icon("delete"),
    ),
  );
}

function fact(name, value) {
  return value && el("span", { title: name }, value);
}
