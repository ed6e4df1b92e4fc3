/** One paper in the list: title, standing, facts, and what can be done with it. */

import { el } from "./dom.js";
import { bookTitle, dateLabel } from "./labels.js";
import { originalLink } from "./original.js";
import { goToSource } from "./routes.js";
import { sourceLink } from "./source_link.js";

const STANDINGS = { valid: "有效", repealed: "已废止", replaced: "已被替代", expired: "已过期" };

/** The item; `endedBy` is the title of the paper that put an end to it, `actions` what its buttons do. */
export function paperItem(paper, endedBy, { correct, reread, remove }) {
  const open = () => goToSource({ documentId: paper.id, start: 0, end: 0 });
  const item = el(
    "li",
    { class: "paper-item", "data-testid": "paper-item", "data-id": paper.id },
    el(
      "div",
      { class: "paper-about" },
      el("p", { class: "paper-name" }, action("open", paper.title || paper.name, open, { class: "paper-open" }), standing(paper)),
      ended(paper, endedBy),
      el("p", { class: "paper-facts" }, facts(paper)),
    ),
    el(
      "div",
      { class: "paper-actions", role: "group", "aria-label": `对${bookTitle(paper.title)}的操作` },
      originalLink(paper),
      action("correct", "更正", () => correct(paper)),
      action("reread", "重新读取", () => reread(paper, working)),
      action("remove", "删除", () => remove(paper), { "data-testid": "delete" }),
    ),
  );
  /** While the paper is read again, which takes a while. */
  function working(value) {
    const button = item.querySelector('[data-action="reread"]');
    button.textContent = value ? "正在读取…" : "重新读取";
    button.disabled = value;
  }
  return item;
}

function action(name, label, onclick, attributes) {
  return el(
    "button",
    { type: "button", class: "button button-quiet", onclick, "data-action": name, "data-testid": name, ...attributes },
    label,
  );
}

function standing({ validity }) {
  return (
    validity && el("span", { class: `standing is-${validity}`, "data-testid": "standing" }, STANDINGS[validity] || validity)
  );
}

/** What put an end to the paper, as a link to the words that say so. */
function ended({ validity_by: by, validity_start: start, validity_end: end, validity, valid_until: until }, title) {
  if (by) {
    const words = `${validity === "replaced" ? "替代它的文件" : "废止它的文件"}：${bookTitle(title || "未知文件")}`;
    return el("p", { class: "paper-ended" }, sourceLink({ documentId: by, start, end }, { class: "ended-by" }, words));
  }
  return validity === "expired" && until && el("p", { class: "paper-ended" }, `有效期至 ${dateLabel(until)}`);
}

function facts({ issuer, document_number: number, date, region, pages, passages, title_derived: derived, name }) {
  return [
    fact("发文字号", number),
    fact("发文机关", issuer),
    fact("成文日期", dateLabel(date)),
    fact("适用地区", region),
    el("span", {}, pages ? `${pages} 页` : `${passages} 个段落`),
    derived && el("span", { title: "文件没有标题，由正文拟定" }, "标题系拟定"),
    el("span", { class: "paper-file", title: "文件名" }, name),
  ];
}

function fact(name, value) {
  return value && el("span", { title: name }, value);
}
