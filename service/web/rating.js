/** Thumbs up or down, and why. */

import { rate } from "./conversations_api.js";
import { el, icon } from "./dom.js";

/**
 * The buttons for an answer that is kept and, after a thumb down, the form
 * for the reason, which is fetched when first wanted.
 */
export function rating({ answer: { request_id: requestId, unsaved }, helpful = null, reason = "" }) {
  if (!requestId || unsaved) return null;
  const up = thumb("good", "有帮助", () => say(helpful === true ? null : true));
  const down = thumb("bad", "没有帮助", () => say(helpful === false ? null : false));
  const note = el("span", { class: "rating-note", role: "status", "data-testid": "rating-note" });
  const node = el("div", { class: "rating", "data-testid": "rating" }, up, down, note);
  let form = null;

  async function say(value, words = "") {
    try {
      await rate(requestId, value, words);
    } catch (error) {
      note.textContent = error.message;
      return;
    }
    helpful = value;
    show();
    const asks = value === false && !words && (await canAskWhy());
    if (form) form.hidden = !asks;
    note.textContent = value === null ? "已撤回" : asks ? "" : "已记录，谢谢";
    if (asks) form.querySelector("input").focus();
    else if (words) down.focus();
  }

  async function canAskWhy() {
    try {
      const { reasonForm } = await import("./reasons.js");
      form = form || node.appendChild(reasonForm((words) => say(false, words), close));
      return true;
    } catch {
      return false; // the thumb is kept without a reason
    }
  }

  function close() {
    form.hidden = true;
    down.focus();
  }

  function show() {
    up.setAttribute("aria-pressed", String(helpful === true));
    down.setAttribute("aria-pressed", String(helpful === false));
  }

  if (reason) down.title = `没有帮助：${reason}`;
  show();
  return node;
}

function thumb(name, label, onclick) {
  const attributes = { type: "button", class: "icon-button thumb", "aria-label": label, title: label };
  return el("button", { ...attributes, "data-testid": `thumb-${name}`, onclick }, icon(name));
}
