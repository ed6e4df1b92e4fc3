/** Who leads what: filters by unit, task and paper, kept in the address, over a table of the records. */

import { watchWidth } from "./chunks.js";
import { el, icon, problem } from "./dom.js";
import { dutyTable } from "./duty_table.js";
import { listDocuments, listDuties } from "./library_api.js";
import { currentRoute, keepParameters } from "./routes.js";

const TYPING = 250; // milliseconds without a key before the list is asked for
const LONGEST = 100; // characters, as the service takes them
const NARROW = 42; // times the type size, below which rows are cards
const KNOWN_UNITS = 500;

/** Builds the page in `place`; `show(parameters)` follows the address. */
export function createDuties(place) {
  const unit = input("duty-unit", { placeholder: "如：市科技局", list: "duty-units" });
  const task = input("duty-task", { placeholder: "如：氢能" });
  const paper = el("select", { id: "duty-paper", "data-testid": "duty-paper" }, el("option", { value: "" }, "全部文件"));
  const units = el("datalist", { id: "duty-units" });
  const status = el("p", { class: "duty-count", role: "status", "data-testid": "duty-count" });
  const exported = el(
    "a",
    { class: "button", download: "责任分工.xlsx", "data-testid": "duty-export", hidden: true },
    icon("download"),
    "导出 Excel",
  );
  const clear = el(
    "button",
    { type: "button", class: "button button-quiet", onclick: clearFilters, "data-testid": "duty-clear", hidden: true },
    "清除筛选",
  );
  const results = el("div", { class: "duty-results" });
  const known = new Set();
  let shown = null;
  let request = null;
  let timer = 0;
  let stopDrawing = () => {};

  function filters() {
    return { unit: unit.value.trim(), task: task.value.trim(), paper: paper.value };
  }

  /** Follows the address, unless it says what is shown already. */
  function show(parameters) {
    const [wantedUnit, wantedTask, wantedPaper] = ["unit", "task", "paper"].map((name) => parameters.get(name) || "");
    if (unit.value.trim() !== wantedUnit) unit.value = wantedUnit;
    if (task.value.trim() !== wantedTask) task.value = wantedTask;
    choosePaper(wantedPaper);
    if (JSON.stringify(filters()) !== shown) load();
  }

  async function load() {
    if (request) request.abort();
    const controller = (request = new AbortController());
    const wanted = filters();
    const query = serviceQuery(wanted);
    shown = JSON.stringify(wanted);
    results.setAttribute("aria-busy", "true");
    try {
      draw(await listDuties(query, controller.signal), wanted);
      exported.href = `/api/v1/responsibilities/export?${query}`;
    } catch (error) {
      if (error.name === "AbortError") return;
      stopDrawing();
      status.textContent = "";
      exported.hidden = true;
      results.replaceChildren(problem(error, load));
    }
    results.removeAttribute("aria-busy");
  }

  function draw(duties, wanted) {
    const filtered = Boolean(wanted.unit || wanted.task || wanted.paper);
    stopDrawing();
    status.textContent = `共 ${duties.length} 条`;
    exported.hidden = !duties.length;
    clear.hidden = !filtered;
    rememberUnits(duties);
    if (duties.length) {
      const table = dutyTable(duties, wanted.unit, (name) => filterBy({ unit: name }));
      results.replaceChildren(table.node);
      stopDrawing = table.draw();
    } else {
      results.replaceChildren(filtered ? nothingFits() : nothingThere());
    }
  }

  function rememberUnits(duties) {
    const before = known.size;
    for (const { leads, supports } of duties) {
      for (const name of [...leads, ...supports]) if (known.size < KNOWN_UNITS) known.add(name);
    }
    if (known.size > before) units.replaceChildren(...[...known].map((value) => el("option", { value })));
  }

  /** A new entry of the history, so that Back leads to the list before. */
  function filterBy(changes) {
    const parameters = new URLSearchParams(Object.entries({ ...filters(), ...changes }).filter(([, value]) => value));
    location.hash = `#/duties?${parameters}`;
    place.scrollTop = 0;
    status.focus();
  }

  function clearFilters() {
    filterBy({ unit: "", task: "", paper: "" });
    unit.focus();
  }

  function typed(event) {
    clearTimeout(timer);
    if (event.isComposing) return; // half a word of an input method
    timer = setTimeout(changed, TYPING);
  }

  function changed() {
    clearTimeout(timer);
    keepParameters(filters());
    show(currentRoute().parameters);
  }

  function choosePaper(id) {
    paper.value = id;
    if (paper.value === id) return;
    paper.append(el("option", { value: id }, "（这份文件）")); // not listed yet, or gone
    paper.value = id;
  }

  async function listPapers() {
    const documents = await listDocuments().catch(() => []); // the list can do without
    const chosen = paper.value;
    paper.replaceChildren(
      el("option", { value: "" }, "全部文件"),
      ...documents.map(({ id, title, name }) => el("option", { value: id }, title || name)),
    );
    choosePaper(chosen);
  }

  function nothingFits() {
    return el(
      "div",
      { class: "duty-none", "data-testid": "duty-none" },
      el("p", {}, "没有符合条件的责任分工。"),
      el("p", { class: "duty-none-hint" }, "单位请用文件里的名称，可以只写一部分，如“科技局”。"),
      el("button", { type: "button", class: "button", onclick: clearFilters }, "清除筛选，看全部"),
    );
  }

  for (const field of [unit, task]) {
    field.addEventListener("input", typed);
    field.addEventListener("compositionend", typed);
  }
  paper.addEventListener("change", changed);
  document.addEventListener("paperschange", () => {
    shown = null;
    listPapers();
    if (!place.hidden) show(currentRoute().parameters);
  });
  watchWidth(place, NARROW, (narrow) => place.classList.toggle("is-narrow", narrow));
  status.tabIndex = -1;
  listPapers();

  const form = el(
    "form",
    { class: "duty-filters", role: "search", "aria-label": "筛选责任分工", onsubmit: (event) => event.preventDefault() || changed() },
    labelled("单位", unit),
    units,
    labelled("任务或章节", task),
    labelled("文件", paper),
  );
  place.append(
    el(
      "div",
      { class: "duties-inner" },
      el("h1", {}, "谁牵头什么"),
      el("p", { class: "duties-about" }, "文件里写明的任务和责任单位。点任务看原文，点单位只看这个单位的。"),
      form,
      el("div", { class: "duty-bar" }, status, clear, exported),
      results,
    ),
  );
  return { show };
}

/** The filters as the service's parameters. */
function serviceQuery({ unit, task, paper }) {
  return new URLSearchParams(Object.entries({ unit, task, document_id: paper }).filter(([, value]) => value)).toString();
}

function nothingThere() {
  return el(
    "div",
    { class: "duty-none", "data-testid": "duty-none" },
    el("p", {}, "库中的文件里没有找到责任分工。"),
    el("a", { class: "button", href: "#/papers" }, "去文件库上传文件"),
  );
}

function input(id, attributes) {
  return el("input", { type: "search", id, "data-testid": id, maxlength: LONGEST, autocomplete: "off", ...attributes });
}

function labelled(label, control) {
  return el("div", { class: "duty-filter" }, el("label", { for: control.id }, label), control);
}
