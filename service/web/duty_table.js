/** The records of who leads what as a table, paper by paper. Roles are said outright: the rows are laid out as grids. */

import { drawInChunks } from "./chunks.js";
import { highlightOpenSource, standingMark } from "./citation.js";
import { el } from "./dom.js";
import { bookTitle, sectionPath, sourceOf, standingSentence } from "./labels.js";
import { currentRoute } from "./routes.js";
import { sourceLink } from "./source_link.js";

const BASIS = {
  stated: ["写明", "文件写明由谁牵头。"],
  first_listed: ["排第一的为牵头", "文件规定："],
  not_stated: ["未写明", "文件没有写明谁牵头，所列都是责任单位。"],
};

/** The table and a `draw` that fills it; a unit picked is told to `onunit(name)`, `wanted` is the one picked before. */
export function dutyTable(duties, wanted, onunit) {
  const heads = ["任务", "牵头单位", "配合单位"].map((name) =>
    el("th", { scope: "col", role: "columnheader" }, name),
  );
  const node = el(
    "table",
    { class: "duty-table", role: "table", "data-testid": "duties" },
    el("caption", { class: "visually-hidden" }, "责任分工：任务、牵头单位和配合单位，按文件排列"),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)),
  );
  let body = null;
  let paper = null;
  const counts = countByPaper(duties);

  function drawRow(duty) {
    if (duty.document_id !== paper) {
      paper = duty.document_id;
      const attributes = { class: "duty-rows", role: "rowgroup", "data-warning": standingSentence(duty) };
      body = el("tbody", attributes, paperRow(duty, counts.get(paper)));
      node.append(body);
    }
    body.append(dutyRow(duty, wanted, onunit));
  }

  return { node, draw: () => drawInChunks(duties, drawRow, () => highlightOpenSource(currentRoute().source)) };
}

function countByPaper(duties) {
  const counts = new Map();
  for (const { document_id: id } of duties) counts.set(id, (counts.get(id) || 0) + 1);
  return counts;
}

function paperRow(duty, count) {
  const { title, document_number: number } = duty;
  return el(
    "tr",
    { class: "duty-paper", role: "row", "data-testid": "duty-paper-row" },
    el(
      "th",
      { scope: "rowgroup", role: "rowheader", colspan: "3", "aria-colspan": "3" },
      el("bdi", {}, bookTitle(title)),
      number && el("span", { class: "duty-number" }, number),
      el("span", { class: "duty-paper-count" }, `${count} 条`),
      standingMark(duty),
    ),
  );
}

function dutyRow(duty, wanted, onunit) {
  const { leads, supports, basis } = duty;
  const unknown = basis === "not_stated";
  const names = (units) => unitList(units, wanted, onunit);
  return el(
    "tr",
    { class: "duty-row", role: "row", "data-testid": "duty", "data-source": sourceKey(duty) },
    el("th", { scope: "row", role: "rowheader", class: "duty-task" }, taskLink(duty), whereabouts(duty)),
    el("td", { role: "cell", class: "duty-leads", "data-label": "牵头" }, names(leads), basisMark(duty)),
    el(
      "td",
      { role: "cell", class: supports.length ? "duty-supports" : "is-empty", "data-label": unknown ? "责任单位" : "配合" },
      names(supports),
    ),
  );
}

function taskLink(duty) {
  const { task, section } = duty;
  const name = task || section[section.length - 1] || "（未写明任务）";
  return sourceLink(sourceOf(duty), { class: "duty-open", "data-testid": "duty-open" }, name);
}

function whereabouts({ section, page }) {
  const place = [sectionPath(section), page && el("span", { class: "duty-page" }, `　第 ${page} 页`)].filter(Boolean);
  return place.length > 0 && el("p", { class: "duty-where" }, place);
}

function unitList(units, wanted, onunit) {
  return units.map((name) =>
    el(
      "button",
      {
        type: "button",
        class: wanted && name.includes(wanted) ? "unit is-wanted" : "unit",
        title: `只看“${name}”`,
        onclick: () => onunit(name),
        "data-testid": "unit",
      },
      name,
    ),
  );
}

/** How the lead is known; the explanation unfolds below it. */
function basisMark({ basis, rule }) {
  const [label, explanation] = BASIS[basis];
  const words = el("p", { class: "basis-why", hidden: true }, rule ? `${explanation}“${rule}”` : explanation);
  const mark = el(
    "button",
    {
      type: "button",
      class: `basis is-${basis}`,
      "aria-expanded": "false",
      "data-testid": "basis",
      onclick: () => {
        words.hidden = !words.hidden;
        mark.setAttribute("aria-expanded", String(!words.hidden));
      },
    },
    el("span", { class: "visually-hidden" }, "依据："),
    label,
  );
  return [mark, words];
}

function sourceKey({ document_id: documentId, start, end }) {
  return [documentId, start, end].join("/");
}
