/** The chat whose conversations are kept on the server, each at an address of its own. */

import { createChat } from "./chat.js";
import { highlightOpenSource } from "./citation.js";
import { beginConversation, getConversation } from "./conversations_api.js";
import { button, el, problem } from "./dom.js";
import { back } from "./offline.js";
import { rating } from "./rating.js";
import { currentRoute, settleConversation } from "./routes.js";
import { createScope } from "./scope.js";

const TITLE_CHARACTERS = 40;
const GONE = "conversation_not_found";
const UNKEPT = "store"; // conversations cannot be kept at present

/**
 * Wires the chat up. `onchange(empty)` hears when it fills or empties, `onkept()`
 * when something was kept on the server; `onnew()` is asked to begin anew.
 */
export function createKeptChat({ onchange, onkept, onnew }) {
  const scope = createScope();
  const chat = createChat({ context, scope, rating, onchange, onend, remedy });
  const away = new Set(); // threads left while an answer was being written, which goes on

  async function context(thread, turn, signal) {
    const { question, replaces } = turn;
    turn.unsaved = thread.id ? "" : await begin(thread, question, signal);
    return { conversation_id: thread.id, replaces: replaces ? replaces.answer.request_id : "" };
  }

  /** The first question of a new chat begins its conversation; says why there can be none, or "". */
  async function begin(thread, question, signal) {
    const title = Array.from(question.replace(/\s+/g, " ")).slice(0, TITLE_CHARACTERS).join("");
    try {
      const begun = await beginConversation(title, signal);
      if (signal.aborted) return "";
      thread.id = begun.id;
    } catch (error) {
      if (error.code === UNKEPT) return error.message;
      throw error;
    }
    if (thread === chat.thread()) {
      settleConversation(thread.id);
      onchange(false);
    }
    onkept();
    return "";
  }

  function onend(thread, turn) {
    if (thread !== chat.thread() && turn.answer) away.delete(thread); // it is kept, and read again
    onkept();
  }

  function remedy({ code }, turn) {
    if (code !== GONE) return null;
    if (!turn.replaces) return gone(() => (onnew(), chat.ask(turn.question)));
    turn.replaces = null; // it was replaced in another window
    return null;
  }

  /** Shows the kept conversation `wanted`, or for "" the one without an id; `anew` another one. */
  async function open(wanted, anew = false) {
    const left = chat.thread();
    if (wanted === left.id && !anew) return onchange(!left.list.children.length);
    if (left.request) away.add(left);
    const found = [...away].find(({ id }) => wanted && id === wanted);
    away.delete(found);
    chat.show(found || chat.newThread(wanted));
    if (wanted && !found) await load(chat.thread());
  }

  async function load(opened) {
    const place = el("li", { class: "turn opening", role: "status" }, "正在打开对话…");
    opened.list.prepend(place);
    try {
      const { exchanges } = await getConversation(opened.id);
      const turns = await turnsOf(exchanges);
      place.replaceWith(...turns.map(({ node }) => node));
      if (opened.list.children.length > turns.length) return; // something was asked meanwhile
      opened.answered = turns;
      if (opened !== chat.thread()) return;
      onchange(!turns.length);
      if (turns.length) scope.set(turns[turns.length - 1].scope);
      highlightOpenSource(currentRoute().source);
      const conversation = document.getElementById("conversation");
      conversation.scrollTop = conversation.scrollHeight;
    } catch (error) {
      const retry = () => place.isConnected && (place.remove(), load(opened));
      place.removeAttribute("role");
      place.className = "turn";
      place.replaceChildren(error.code === GONE ? gone(onnew) : problem(error, retry));
      if (error.code === "unreachable") {
        place.firstChild.append(el("p", { class: "problem-id" }, "服务恢复后会自动打开这段对话"));
        await back();
        retry();
      }
    }
  }

  /** Kept questions with their answers and what they were asked of. */
  async function turnsOf(exchanges) {
    const limited = exchanges.some(({ document_ids: ids }) => ids.length);
    const scopeOf = limited ? await (await import("./scope_dialog.js")).scopeFinder() : () => null;
    return exchanges.map((kept) => chat.oldTurn(kept.question, scopeOf(kept.document_ids), kept));
  }

  return { ask: chat.ask, open, limit: scope.only, focus: chat.focus, conversation: () => chat.thread().id };
}

/** That the conversation was deleted, in another window say. */
function gone(onnew) {
  return el(
    "div",
    { class: "problem", role: "alert", "data-testid": "gone" },
    el("p", { class: "problem-message" }, "这段对话已被删除"),
    button("在新对话中提问", onnew, { iconName: "new" }),
  );
}
