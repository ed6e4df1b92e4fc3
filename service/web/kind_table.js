/** The figures by kind: in each cell the share, a bar, and the 95 % interval drawn over it. */

import { el } from "./dom.js";
import { METRICS, percent, shape, spread } from "./figures.js";

const WIDTH = 100; // of a bar, in its own units
const HEIGHT = 12;

/** The table of `[name, scores]` rows, the last of them the total. */
export function kindTable(rows) {
  const heads = ["类别", "用例", "未通过", ...METRICS.map(({ label, low }) => (low ? `${label}（越低越好）` : label))];
  return el(
    "table",
    { class: "figures kinds", "data-testid": "kinds" },
    el("thead", {}, el("tr", {}, heads.map((label) => el("th", { scope: "col" }, label)))),
    el("tbody", {}, rows.map(row)),
  );
}

function row([name, scores]) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, name),
    el("td", {}, scores.cases),
    el("td", {}, scores.failed),
    METRICS.map(({ key, low }) => cell(scores[key], low)),
  );
}

function cell(share, low) {
  if (!share) return el("td", { class: "none" }, "—");
  return el(
    "td",
    { title: spread(share) },
    percent(share),
    el("span", { class: "visually-hidden" }, `（${spread(share)}）`),
    bar(share, low),
  );
}

function bar({ rate, low, high }, isLow) {
  const middle = HEIGHT / 2;
  const [from, to] = [low * WIDTH, high * WIDTH];
  return shape(
    "svg",
    { class: isLow ? "bar is-low" : "bar", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("rect", { class: "bar-track", width: WIDTH, height: HEIGHT }),
    shape("rect", { class: "bar-fill", width: rate * WIDTH, height: HEIGHT }),
    shape("path", {
      class: "bar-whisker",
      d: `M${from} ${middle}H${to}M${from} 2V${HEIGHT - 2}M${to} 2V${HEIGHT - 2}`,
    }),
  );
}
