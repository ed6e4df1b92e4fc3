/** The figures of several runs over the same cases as lines; the table of runs has the same in words. */

import { el } from "./dom.js";
import { METRICS, percent, shape, timeLabel } from "./figures.js";

const HEIGHT = 260;
const WIDTHS = { desktop: 760, phone: 320 };
const LEFT = 48;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 30;
const LINES = [0, 0.25, 0.5, 0.75, 1];
const MARK = 4; // half the size of a point's mark

/** The picture of `runs`, the oldest first, with its legend. */
export function trend(runs) {
  const width = matchMedia("(max-width: 640px)").matches ? WIDTHS.phone : WIDTHS.desktop;
  const across = (index) => LEFT + (index * (width - LEFT - RIGHT)) / (runs.length - 1);
  const down = (rate) => TOP + (1 - rate) * (HEIGHT - TOP - BOTTOM);
  const picture = shape(
    "svg",
    { class: "trend", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": inWords(runs), "data-testid": "trend" },
    ...LINES.map((rate) => guide(down(rate), `${rate * 100}%`, width - RIGHT)),
    dayLabel(runs[0], across(0), "start"),
    dayLabel(runs[runs.length - 1], across(runs.length - 1), "end"),
    ...METRICS.map(({ key }, place) =>
      series(
        place,
        runs.map(({ overall }, index) => overall[key] && [across(index), down(overall[key].rate)]).filter(Boolean),
      ),
    ),
  );
  return el("figure", { class: "trend-figure" }, picture, legend(runs));
}

function guide(y, label, end) {
  return shape(
    "g",
    { class: "trend-guide" },
    shape("path", { d: `M${LEFT} ${y}H${end}` }),
    shape("text", { x: LEFT - 8, y: y + 5, "text-anchor": "end" }, label),
  );
}

function dayLabel({ created }, x, anchor) {
  const label = timeLabel(created).slice(0, 10);
  return shape("g", { class: "trend-guide" }, shape("text", { x, y: HEIGHT - 6, "text-anchor": anchor }, label));
}

/** Told apart by colour, by dashes and by the shape of the marks. */
function series(place, points) {
  const line = points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return shape(
    "g",
    { class: `series series-${place}` },
    shape("path", { class: "series-line", d: line }),
    ...points.map(([x, y]) => mark(place, x, y)),
  );
}

function mark(place, x, y) {
  const [left, right, top, bottom] = [x - MARK, x + MARK, y - MARK, y + MARK];
  const outline = [
    `M${left} ${y}a${MARK} ${MARK} 0 1 0 ${2 * MARK} 0a${MARK} ${MARK} 0 1 0 ${-2 * MARK} 0`,
    `M${left} ${top}H${right}V${bottom}H${left}Z`,
    `M${x} ${top - 1}L${right + 1} ${bottom}H${left - 1}Z`,
    `M${x} ${top - 1}L${right + 1} ${y}L${x} ${bottom + 1}L${left - 1} ${y}Z`,
    `M${x} ${bottom + 1}L${right + 1} ${top}H${left - 1}Z`,
  ][place];
  return shape("path", { class: "series-mark", d: outline });
}

function legend(runs) {
  const [previous, last] = runs.slice(-2).map(({ overall }) => overall);
  return el(
    "figcaption",
    { class: "trend-legend" },
    METRICS.map(({ key, label }, place) =>
      el(
        "span",
        {},
        shape(
          "svg",
          { class: `legend-key series series-${place}`, viewBox: "0 0 28 14", "aria-hidden": "true" },
          shape("path", { class: "series-line", d: "M0 7H28" }),
          mark(place, 14, 7),
        ),
        `${label} ${percent(last[key])}`,
        change(previous[key], last[key]),
      ),
    ),
  );
}

function change(before, now) {
  const points = before && now ? (now.rate - before.rate) * 100 : 0;
  if (Math.abs(points) < 0.05) return null;
  return el("small", {}, `${points > 0 ? "▲" : "▼"}${Math.abs(points).toFixed(1)}`);
}

function inWords(runs) {
  const [first, last] = [runs[0].overall, runs[runs.length - 1].overall];
  const told = METRICS.filter(({ key }) => first[key] && last[key]).map(
    ({ key, label }) => `${label}从 ${percent(first[key])} 到 ${percent(last[key])}`,
  );
  return `${runs.length} 次评测的走势：${told.join("，")}`;
}
