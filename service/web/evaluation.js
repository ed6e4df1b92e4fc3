/** The administrator's page: how the kept evaluations went, and what readers thought of the answers. */

import { el, problem, scrollBehavior } from "./dom.js";
import { failedCases } from "./failed_cases.js";
import { createFeedback } from "./feedback.js";
import { KINDS, METRICS, percent, timeLabel } from "./figures.js";
import { kindTable } from "./kind_table.js";
import { getEvaluation, listEvaluations } from "./library_api.js";
import { trend } from "./trend.js";

const HINT = "在命令行运行 cewen eval 用例文件 --save，结果就会出现在这里。";

/** Builds the page in `place`; `show(parameters)` reads it anew. */
export function createEvaluation(place) {
  const tabs = { runs: tab("评测记录", "#/evaluation"), feedback: tab("读者反馈", "#/evaluation?tab=feedback") };
  const body = el("div", { class: "evaluation-body" });
  const feedback = createFeedback();
  let latest = 0;
  place.append(
    el(
      "div",
      { class: "evaluation-inner" },
      el("h1", {}, "评测"),
      el("nav", { class: "tabs", "aria-label": "评测的内容" }, tabs.runs, tabs.feedback),
      body,
    ),
  );

  async function show(parameters) {
    const wanted = parameters.get("tab") === "feedback" ? "feedback" : "runs";
    for (const [name, link] of Object.entries(tabs)) {
      if (name === wanted) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const turn = (latest += 1);
    body.setAttribute("aria-busy", "true");
    const content = await (wanted === "feedback" ? feedback() : runs(parameters.get("run"))).catch((error) => [
      problem(error, () => show(parameters)),
    ]);
    if (turn !== latest) return; // another tab or run was chosen meanwhile
    body.removeAttribute("aria-busy");
    body.replaceChildren(...content.filter(Boolean));
    const chosen = parameters.has("run") && body.querySelector(".run-title");
    if (chosen) {
      chosen.focus({ preventScroll: true });
      chosen.scrollIntoView({ behavior: scrollBehavior() });
    }
  }

  return { show };
}

function tab(label, href) {
  return el("a", { href }, label);
}

async function runs(wanted) {
  const { evaluations, unreadable } = await listEvaluations();
  const note =
    unreadable.length > 0 &&
    warning(`有 ${unreadable.length} 份记录读不出来，已略过：${unreadable.join("、")}`, "unreadable");
  if (!evaluations.length) return [note, el("p", { class: "evaluation-none" }, "还没有评测记录。", HINT)];
  const shown = evaluations.find(({ name }) => name === wanted) || evaluations[0];
  const detail = await getEvaluation(shown.name);
  const comparable = evaluations.filter(({ case_set: set }) => set === shown.case_set);
  return [note, trendPart(comparable, evaluations), runTable(evaluations, shown), ...detailPart(detail)];
}

function trendPart(comparable, all) {
  const others = all.length - comparable.length;
  return chapter(
    "走势",
    comparable.length > 1
      ? trend([...comparable].reverse())
      : el("p", { class: "evaluation-hint" }, "同一组用例评测两次以上，就能看到走势。"),
    others > 0 && el("p", { class: "evaluation-hint" }, `另有 ${others} 次用的是别的用例，得分不可直接比较，没有画出。`),
  );
}

function runTable(evaluations, shown) {
  const heads = ["评测时间", "用例", "未通过", ...METRICS.map(({ label }) => label)];
  return chapter(
    "各次评测",
    frame(
      "各次评测",
      el(
        "table",
        { class: "figures runs", "data-testid": "runs" },
        el("thead", {}, el("tr", {}, heads.map(head), el("th", { scope: "col", class: "words" }, "作答方式"))),
        el("tbody", {}, evaluations.map((run) => runRow(run, run === shown))),
      ),
    ),
  );
}

function runRow({ name, created, overall, settings }, isShown) {
  return el(
    "tr",
    { class: isShown && "is-shown" },
    el(
      "th",
      { scope: "row" },
      el("a", { href: `#/evaluation?run=${encodeURIComponent(name)}`, "aria-current": isShown && "true" }, timeLabel(created)),
    ),
    [overall.cases, overall.failed, ...METRICS.map(({ key }) => percent(overall[key]))].map((cell) => el("td", {}, cell)),
    el("td", { class: "words" }, writtenBy(settings)),
  );
}

function writtenBy({ llm_model: model, backend }) {
  return model || (backend === "extractive" ? "原文摘录" : backend) || "—";
}

function detailPart(detail) {
  const { overall, by_kind: byKind, missing_documents: missing } = detail;
  const kinds = Object.entries(byKind).map(([kind, scores]) => [`${kind} ${KINDS[kind] || ""}`, scores]);
  return [
    el("h2", { class: "run-title", tabindex: "-1", "data-testid": "run-title" }, `${timeLabel(detail.created)} 这一次`),
    missing.length > 0 &&
      warning(`用例涉及的 ${missing.length} 份文件当时不在库中，得分不可采信：${missing.join("、")}`, "missing"),
    part("按类别", frame("按类别的得分", kindTable([...kinds, ["合计", overall]]))),
    part(`未通过的用例（${detail.failed_cases.length}）`, failedCases(detail.failed_cases)),
    part("被测系统", settingsList(detail.settings)),
  ];
}

function warning(message, testId) {
  return el("p", { class: "evaluation-note", "data-testid": testId }, message);
}

function settingsList(settings) {
  return el(
    "dl",
    { class: "facts" },
    Object.entries(settings)
      .filter(([, value]) => value !== "" && value !== null)
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value)))),
  );
}

function chapter(title, ...content) {
  return el("section", { class: "evaluation-part" }, el("h2", {}, title), ...content);
}

function part(title, ...content) {
  return el("section", { class: "evaluation-part" }, el("h3", {}, title), ...content);
}

/** What is wider than a phone scrolls by itself, with the keyboard too. */
function frame(label, table) {
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": label }, table);
}

function head(label) {
  return el("th", { scope: "col" }, label);
}
