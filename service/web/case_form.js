/** The form that makes an evaluation case of a rated answer (eval/answers/cases.py has the rules). */

import { getText } from "./api.js";
import { caseLine, draftCase, faults } from "./case_draft.js";
import { copyText } from "./copy.js";
import { button, el } from "./dom.js";
import { KINDS } from "./figures.js";
import { listDocuments } from "./library_api.js";

const FIELDS = [
  { name: "question", label: "问题", rows: 2 },
  { name: "history", label: "先前的提问", hint: "追问才要；每行一个，先问的在前" },
  { name: "docs", label: "依据所在的文件", hint: "文件名，每行一个" },
  { name: "evidence", label: "原文依据", hint: "原文中能认出依据的一小段；有几种出处时每行一种，检索到一种即可。文件中没有依据的，留空" },
  { name: "answer", label: "答案要点", hint: "每行一个要点，都要出现；同一要点的几种说法用竖线隔开，如：市工信局|市工业和信息化局" },
  { name: "reject", label: "判错的字样", hint: "出现即为错；每行一个，可以不填" },
];

/** Opens the form on an exchange; `earlier` are the questions before it, the first one first. */
export async function openCaseForm(exchange, earlier) {
  const texts = await papersOf(exchange.answer);
  const draft = draftCase(exchange, earlier, texts);
  const opener = document.activeElement;
  const kind = el(
    "select",
    { id: "case-kind" },
    Object.entries(KINDS).map(([value, label]) => el("option", { value, selected: value === draft.kind }, `${value} ${label}`)),
  );
  const id = el("input", { id: "case-id", value: draft.id, spellcheck: "false" });
  const boxes = new Map(FIELDS.map((field) => [field.name, textBox(field, draft[field.name])]));
  const preview = el("textarea", { id: "case-line", class: "case-line", readonly: true, rows: 4, "data-testid": "case-line" });
  const problems = el("ul", { class: "case-problems", role: "status", "data-testid": "case-problems" });
  const copy = button("复制这一行", copyLine, { "data-testid": "case-copy" });
  const download = el("a", { class: "button button-primary", "data-testid": "case-download" }, "下载 .jsonl");
  let file = "";

  function refresh() {
    const read = { id: id.value, kind: kind.value };
    for (const [name, box] of boxes) read[name] = box.value;
    const found = faults(read, texts);
    preview.value = caseLine(read);
    problems.replaceChildren(...found.map((fault) => el("li", {}, fault)));
    URL.revokeObjectURL(file);
    file = URL.createObjectURL(new Blob([`${preview.value}\n`], { type: "application/x-ndjson" }));
    download.setAttribute("href", file);
    download.setAttribute("download", `${read.id.trim() || "case"}.jsonl`);
  }

  async function copyLine() {
    const copied = await copyText(preview.value);
    copy.textContent = copied ? "已复制" : "未能复制";
    setTimeout(() => (copy.textContent = "复制这一行"), 2000);
  }

  const dialog = el(
    "dialog",
    { class: "case-dialog", "aria-labelledby": "case-title", "data-testid": "case-dialog", oninput: refresh, onchange: refresh },
    el("h2", { id: "case-title" }, "存为评测用例"),
    el("p", { class: "evaluation-hint" }, "请对照原文核对各项。保存到用例文件后，用 cewen eval 评测。"),
    el("div", { class: "case-row" }, labelled("编号", id), labelled("类别", kind)),
    FIELDS.map((field) => labelled(field.label, boxes.get(field.name), field.hint)),
    labelled("用例（JSON，一行）", preview),
    problems,
    el("div", { class: "confirm-actions" }, button("关闭", () => dialog.close(), { "data-testid": "case-close" }), copy, download),
  );
  dialog.addEventListener("close", () => {
    URL.revokeObjectURL(file);
    dialog.remove();
    if (opener && opener.isConnected && document.activeElement === document.body) opener.focus();
  });
  refresh();
  document.body.append(dialog);
  dialog.showModal();
}

/** The cited papers: id → file name and text. A paper deleted since is left out. */
async function papersOf({ citations }) {
  const cited = new Set(citations.map(({ document_id: id }) => id));
  try {
    const papers = (await listDocuments()).filter(({ id }) => cited.has(id));
    const texts = await Promise.all(papers.map(({ id }) => getText(id)));
    return new Map(papers.map(({ id, name }, index) => [id, { name, text: texts[index] }]));
  } catch {
    return new Map(); // the form can be filled in by hand
  }
}

function textBox({ name, hint, rows = 1 }, lines) {
  const box = el("textarea", { id: `case-${name}`, "aria-describedby": hint && `case-${name}-hint` });
  box.value = Array.isArray(lines) ? lines.join("\n") : lines;
  box.rows = Math.max(rows, box.value.split("\n").length);
  return box;
}

function labelled(label, control, hint) {
  return el(
    "div",
    { class: "case-field" },
    el("label", { for: control.id }, label),
    control,
    hint && el("p", { class: "case-hint", id: `${control.id}-hint` }, hint),
  );
}
