/** The form that asks what was bad about an answer. */

import { announce, button, el } from "./dom.js";

const REASONS = ["答案不对", "引用不对", "不完整", "该答未答", "其他"];
let made = 0;

/** `onsubmit(words)` hears the reason; `onclose()` that none is given. */
export function reasonForm(onsubmit, onclose) {
  const group = `reason-${made++}`;
  const choice = (words) =>
    el("label", { class: "reason" }, el("input", { type: "radio", name: group, value: words }), el("span", {}, words));
  const more = el("input", { type: "text", class: "reason-more", maxlength: 500, placeholder: "补充说明（可不填）", "aria-label": "补充说明" });
  const form = el(
    "form",
    { class: "reasons", "data-testid": "reasons", "aria-label": "哪里不好" },
    el("fieldset", {}, el("legend", {}, "哪里不好？"), REASONS.map(choice)),
    more,
    el(
      "div",
      { class: "reason-actions" },
      button("不说了", onclose, { class: "button button-quiet" }),
      el("button", { type: "submit", class: "button button-primary" }, "提交"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    const words = [chosen && chosen.value, more.value.trim()].filter(Boolean).join("：");
    if (words) onsubmit(words);
    else announce("请选择或填写原因");
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onclose();
  });
  return form;
}
