/** The papers that a question is asked of: all, or those chosen. */

import { announce, button, el, icon } from "./dom.js";

/** “泽川市 · 2025年（3 份）”, 《title》 or “3 份文件”, and “全部文件” for null. */
function scopeLabel(scope) {
  if (!scope) return "全部文件";
  if (scope.name) return `${scope.name}（${scope.ids.length} 份）`;
  return scope.ids.length === 1 ? scope.titles[0] : `${scope.ids.length} 份文件`;
}

/** The line above the question box. A scope has `ids`, `titles`, and `name` if it is a region or year. */
export function createScope() {
  const place = document.getElementById("scope");
  const words = el("span", { class: "scope-words" });
  const choose = el("button", { type: "button", class: "button button-quiet scope-choose", "data-testid": "scope-choose", onclick: pick }, icon("scope"), words);
  const clear = el(
    "button",
    { type: "button", class: "icon-button scope-clear", "aria-label": "取消范围", title: "取消范围", "data-testid": "scope-clear", onclick: remove },
    icon("close"),
  );
  let scope = null;

  async function pick() {
    choose.disabled = true; // until the dialog is there
    try {
      const { chooseScope } = await import("./scope_dialog.js");
      const chosen = await chooseScope(scope);
      set(chosen === undefined ? scope : chosen);
    } catch {
      failed();
    }
    choose.disabled = false;
    choose.focus();
  }

  /** Limits it to one paper, by its id. */
  async function only(paper) {
    try {
      const { scopeFinder } = await import("./scope_dialog.js");
      set((await scopeFinder())([paper]));
      announce(`范围：${scopeLabel(scope)}`);
    } catch {
      failed();
    }
  }

  function failed() {
    announce("未能取得文件目录，请稍后再试");
    words.textContent = "未能取得文件目录，点此重试";
  }

  function remove() {
    set(null);
    announce("已取消范围");
    choose.focus();
  }

  function set(value) {
    scope = value;
    words.textContent = `范围：${scopeLabel(scope)}`;
    clear.hidden = !scope;
    place.classList.toggle("is-limited", Boolean(scope));
  }

  place.append(choose, clear);
  set(null);
  return { get: () => scope, set, only, note };
}

/** Which papers a question was asked of. */
function note(chosen) {
  return el("p", { class: "asked-scope", "data-testid": "asked-scope", title: chosen.titles.join("\n") }, icon("scope"), `范围：${scopeLabel(chosen)}`);
}
