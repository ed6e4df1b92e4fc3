/** Asks before something is deleted. */

import { button, el } from "./dom.js";
import { bookTitle } from "./labels.js";

/** Whether a paper may be deleted. */
export function confirmDeletion({ title, passages }) {
  const text = `${bookTitle(title)}的全文和 ${passages} 个段落将从文件库移除，之后的回答不再引用它。`;
  return confirmRemoval("删除这份文件？", text);
}

/** True if the user confirms; Esc and 取消 do not. The focus goes back to where it was. */
export function confirmRemoval(question, text) {
  const dialog = document.getElementById("confirm");
  const focused = document.activeElement;
  return new Promise((resolve) => {
    let confirmed = false;
    const close = (answer) => {
      confirmed = answer;
      dialog.close();
    };
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, question),
      el("p", {}, text),
      el(
        "div",
        { class: "confirm-actions" },
        button("取消", () => close(false), { "data-testid": "confirm-cancel" }),
        button("删除", () => close(true), { class: "button button-danger", "data-testid": "confirm-delete" }),
      ),
    );
    dialog.addEventListener(
      "close",
      () => {
        // Browsers give the focus back themselves, older ones do not; never take it from elsewhere.
        if (focused && focused.isConnected && document.activeElement === document.body) focused.focus();
        resolve(confirmed);
      },
      { once: true },
    );
    dialog.showModal();
  });
}
