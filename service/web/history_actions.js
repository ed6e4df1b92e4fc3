/** Renaming and deleting a kept conversation, in its line of the list. */

import { confirmRemoval } from "./confirm.js";
import { deleteConversation, renameConversation } from "./conversations_api.js";
import { announce, el } from "./dom.js";
import { UNTITLED } from "./history.js";

/** Turns the line into a box for the title: Enter and leaving it keep what it says, Escape does not. */
export function rename(conversation, node, { refresh, focusOn }) {
  const box = el("input", { class: "history-rename", value: conversation.title, maxlength: 300, "aria-label": "对话名称", "data-testid": "rename" });
  let over = false;
  const end = async (keep) => {
    if (over) return;
    over = true;
    const title = box.value.trim();
    try {
      if (keep && title && title !== conversation.title) await renameConversation(conversation.id, title);
    } catch (error) {
      announce(error.message);
    }
    await refresh();
    focusOn(conversation.id);
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    if (event.key === "Escape") end(false);
    if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229) end(true);
  });
  box.addEventListener("blur", () => end(true));
  node.replaceChildren(box);
  box.select();
}

/** Deletes it once that is confirmed; `ondelete(id)` hears of it, `fail(error, retry)` of what went wrong. */
export async function remove(conversation, node, hooks) {
  const { id, title } = conversation;
  const next = node.nextElementSibling || node.previousElementSibling;
  const text = `“${title || UNTITLED}”中的全部问答将被删除，不能恢复。`;
  if (!(await confirmRemoval("删除这段对话？", text))) return hooks.focusOn(id);
  try {
    await deleteConversation(id);
  } catch (error) {
    if (error.code !== "conversation_not_found") return hooks.fail(error, () => remove(conversation, node, hooks));
  }
  hooks.ondelete(id);
  announce("对话已删除");
  await hooks.refresh();
  if (next) hooks.focusOn(next.dataset.id);
}
