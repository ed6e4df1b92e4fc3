/** The cases in which something went wrong: what was asked, what was expected, what was said. */

import { button, el } from "./dom.js";
import { KINDS } from "./figures.js";

const AT_ONCE = 50;
const FAILURES = {
  error: "运行出错",
  retrieval: "检索未命中",
  answer: "答案不对",
  citation: "引用不对",
  not_refused: "应拒未拒",
  false_refusal: "误拒",
};

/** The list; a long one comes in pieces. */
export function failedCases(cases) {
  if (!cases.length) return el("p", { class: "evaluation-hint" }, "全部通过。");
  const list = el("ul", { class: "failed", "data-testid": "failed" });
  const rest = [...cases];
  const more = button("", showSome);

  function showSome() {
    list.append(...rest.splice(0, AT_ONCE).map(failedCase));
    more.hidden = !rest.length;
    more.textContent = `再显示 ${Math.min(AT_ONCE, rest.length)} 例（还有 ${rest.length} 例）`;
  }

  showSome();
  return [list, more];
}

function failedCase(each) {
  const failures = each.failures.map((failure) => FAILURES[failure] || failure);
  return el(
    "li",
    { "data-testid": "failed-case" },
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("span", { class: "failed-question" }, each.question),
        el("span", { class: "failed-kind" }, KINDS[each.kind] || each.kind),
        failures.map((failure) => el("span", { class: "failed-reason" }, failure)),
      ),
      el(
        "dl",
        { class: "facts" },
        fact("先前的提问", each.history),
        fact("期望答案", expected(each)),
        fact("实际回答", [each.answer === null ? "没有得到回答" : each.answer]),
        fact("原文依据", each.evidence),
        fact("文件", each.docs),
        fact("错误", each.error ? [each.error] : []),
        fact("编号", [each.id]),
      ),
    ),
  );
}

function expected({ expected: groups, evidence }) {
  if (!evidence.length) return ["拒答（文件中没有依据）"];
  return groups.map((alternatives) => alternatives.join(" ／ "));
}

function fact(name, values) {
  if (!values || !values.length) return null;
  return el("div", {}, el("dt", {}, name), values.map((value) => el("dd", {}, value)));
}
