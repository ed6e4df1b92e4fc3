/** Choosing the papers to ask of: by region, by year, one by one. None at all cannot be chosen. */

import { listDocuments } from "./api.js";
import { button, el } from "./dom.js";
import { bookTitle, dateLabel } from "./labels.js";

const UNKNOWN = "未注明";
const SHORTEST = 12; // digits of an id, as the service takes them
const SHOWN = 200; // more are found by filtering
const PLACES = [["region"], ["year"], ["region", "year"]];

/** Resolves to what tells the scope of a kept question by its `document_ids`, null for all papers. */
export async function scopeFinder() {
  const papers = await placedPapers();
  const known = new Map(papers.map((paper) => [paper.id, paper]));
  const title = (id) => (known.has(id) ? named(known.get(id)) : "已删除的文件");
  return (kept) => {
    const ids = kept.map((id) => wholeId(id, papers));
    return ids.length ? { ids, titles: ids.map(title), name: wholeOf(new Set(ids), papers) } : null;
  };
}

/** The id of the one paper it is the first digits of, as older conversations and links have them; else as it is. */
function wholeId(id, papers) {
  const meant = papers.filter((paper) => id.length >= SHORTEST && paper.id.startsWith(id));
  return meant.length === 1 ? meant[0].id : id;
}

/** “泽川市 · 2025年” where the papers are just those of a region, of a year or of both. */
function wholeOf(ids, papers) {
  const first = ids.size > 1 && papers.find(({ id }) => ids.has(id));
  const keys = first && PLACES.find((each) => {
    const whole = papers.filter((paper) => each.every((key) => paper[key] === first[key]));
    return whole.length === ids.size && whole.every(({ id }) => ids.has(id));
  });
  return keys ? keys.map((key) => first[key]).join(" · ") : "";
}

async function placedPapers() {
  return (await listDocuments()).map((paper) => ({
    ...paper,
    region: paper.region || UNKNOWN,
    year: paper.date ? `${paper.date.slice(0, 4)}年` : UNKNOWN,
  }));
}

function named({ title, name }) {
  return bookTitle(title || name);
}

/** The chosen scope, null for all papers, undefined if the choice was cancelled. */
export async function chooseScope(present) {
  const papers = await placedPapers();
  const dialog = el("dialog", { class: "dialog scope-dialog", "data-testid": "scope-dialog", "aria-labelledby": "scope-title" });
  const chosen = new Set(papers.filter(({ id }) => present && present.ids.includes(id)).map(({ id }) => id));
  const region = select("地区", () => narrow());
  const year = select("年份", () => narrow());
  const words = el("input", { type: "search", class: "scope-search", placeholder: "按标题或发文字号查找", "aria-label": "查找文件", oninput: () => draw() });
  const list = el("ul", { class: "scope-papers", "data-testid": "scope-papers" });
  const rest = el("p", { class: "scope-rest" });
  const accept = button("", () => close(scopeOf()), { class: "button button-primary", "data-testid": "scope-accept" });
  let result;

  const fits = (paper) => (!region.value || paper.region === region.value) && (!year.value || paper.year === year.value);
  const chosenPlace = () => [region.value, year.value].filter(Boolean).join(" · ");

  /** A region or year chooses all its papers; single ones can be taken out again. */
  function narrow() {
    offer(region, papers.filter((paper) => !year.value || paper.year === year.value), "region");
    offer(year, papers.filter((paper) => !region.value || paper.region === region.value), "year");
    chosen.clear();
    if (chosenPlace()) for (const paper of papers.filter(fits)) chosen.add(paper.id);
    draw();
  }

  function draw() {
    const wanted = words.value.trim();
    const found = papers.filter(
      (paper) => fits(paper) && [paper.title, paper.document_number, paper.name].some((text) => text.includes(wanted)),
    );
    list.replaceChildren(...found.slice(0, SHOWN).map(choice));
    rest.textContent = found.length > SHOWN ? `另有 ${found.length - SHOWN} 份未列出，请再缩小范围。` : found.length ? "" : "没有符合的文件。";
    count();
  }

  function count() {
    accept.disabled = !chosen.size;
    accept.textContent = chosen.size ? `只问这 ${chosen.size} 份` : "请先选择文件";
  }

  function choice(paper) {
    const toggle = ({ target }) => {
      chosen[target.checked ? "add" : "delete"](paper.id);
      count();
    };
    const box = el("input", { type: "checkbox", checked: chosen.has(paper.id), onchange: toggle });
    const facts = [paper.document_number, dateLabel(paper.date)].filter(Boolean).join("　");
    return el("li", {}, el("label", {}, box, el("span", {}, paper.title || paper.name, facts && el("small", {}, facts))));
  }

  function scopeOf() {
    const picked = papers.filter(({ id }) => chosen.has(id));
    const whole = chosenPlace() && picked.length === papers.filter(fits).length && picked.every(fits);
    return { ids: picked.map(({ id }) => id), titles: picked.map(named), name: whole ? chosenPlace() : "" };
  }

  function close(value) {
    result = value;
    dialog.close();
  }

  offer(region, papers, "region");
  offer(year, papers, "year");
  draw();
  dialog.append(
    el("h2", { id: "scope-title" }, "在哪些文件里找答案？"),
    el("div", { class: "scope-filters" }, field("地区", region), field("年份", year), words),
    list,
    rest,
    el(
      "div",
      { class: "confirm-actions" },
      button("取消", () => close(undefined)),
      button("全部文件", () => close(null), { "data-testid": "scope-all" }),
      accept,
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    dialog.showModal();
  });
}

function select(label, onchange) {
  return el("select", { class: "scope-select", "aria-label": label, onchange });
}

function field(label, control) {
  return el("label", { class: "scope-field" }, el("span", { "aria-hidden": "true" }, label), control);
}

/** Offers the values that papers have; keeps the chosen one, which is always among them. */
function offer(control, papers, key) {
  const { value } = control;
  const values = [...new Set(papers.map((paper) => paper[key]))].sort((a, b) => (a === UNKNOWN) - (b === UNKNOWN) || b.localeCompare(a, "zh-CN"));
  control.replaceChildren(el("option", { value: "" }, "不限"), ...values.map((each) => el("option", { value: each }, each)));
  control.value = value;
}
