/** Thumbs up or down, and why. */

import { rate } from "./api.js";
import { announce, button, el, icon } from "./dom.js";

const REASONS = ["答案不对", "引用不对", "不完整", "该答未答", "其他"];
let made = 0;

/** The buttons and, after a thumb down, the form for the reason. */
export function rating(requestId, { helpful = null, reason = "" }) {
  const up = thumb("good", "有帮助", () => say(helpful === true ? null : true));
  const down = thumb("bad", "没有帮助", () => say(helpful === false ? null : false));
  const note = el("span", { class: "rating-note", role: "status", "data-testid": "rating-note" });
  const form = reasonForm((words) => say(false, words), close);

  async function say(value, words = "") {
    try {
      await rate(requestId, value, words);
    } catch (error) {
      note.textContent = error.message;
      return;
    }
    helpful = value;
    show();
    form.hidden = value !== false || words !== "";
    note.textContent = value === null ? "已撤回" : form.hidden ? "已记录，谢谢" : "";
    if (!form.hidden) form.querySelector("input").focus();
    else if (words) down.focus();
  }

  function close() {
    form.hidden = true;
    down.focus();
  }

  function show() {
    up.setAttribute("aria-pressed", String(helpful === true));
    down.setAttribute("aria-pressed", String(helpful === false));
  }

  form.hidden = true;
  if (reason) down.title = `没有帮助：${reason}`;
  show();
  return el("div", { class: "rating", "data-testid": "rating" }, up, down, note, form);
}

function thumb(name, label, onclick) {
  const attributes = { type: "button", class: "icon-button thumb", "aria-label": label, title: label };
  return el("button", { ...attributes, "data-testid": `thumb-${name}`, onclick }, icon(name));
}

function reasonForm(onsubmit, onclose) {
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
