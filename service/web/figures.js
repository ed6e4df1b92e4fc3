/** The figures of an evaluation: what they are called, and how they are written. */

export const KINDS = {
  R: "责任单位",
  N: "数字日期",
  T: "表格",
  L: "清单名录",
  D: "名词解释",
  P: "人员",
  X: "跨段跨文",
  C: "条件办法",
  Y: "是否缘由",
  M: "追问",
  U: "无依据",
};

/** In the order of the service's reports; `low` where a low share is a good one. */
export const METRICS = [
  { key: "answer", label: "答案正确" },
  { key: "citation", label: "引用正确" },
  { key: "refusal", label: "该拒已拒" },
  { key: "hit5", label: "命中@5" },
  { key: "false_refusal", label: "误拒", low: true },
];

/** “91.2%”, or a dash where there is no score. */
export function percent(share) {
  return share ? `${(share.rate * 100).toFixed(1)}%` : "—";
}

/** “285/312，95% 区间 88.0%–93.9%” */
export function spread({ passed, total, low, high }) {
  return `${passed}/${total}，95% 区间 ${(low * 100).toFixed(1)}%–${(high * 100).toFixed(1)}%`;
}

/** “2026-11-22 15:43” in the reader's own time. */
export function timeLabel(created) {
  const time = new Date(created);
  if (Number.isNaN(time.getTime())) return created;
  const two = (number) => String(number).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a picture. */
export function shape(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
