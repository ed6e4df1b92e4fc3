/** The conversation: questions, answers as they come, and what happens between them. */

import { answerView, liveAnswer } from "./answer.js";
import { ask, beginConversation, getConversation } from "./api.js";
import { highlightOpenSource } from "./citation.js";
import { createComposer } from "./composer.js";
import { announce, button, el, icon, problem, scrollBehavior } from "./dom.js";
import { currentRoute, settleConversation } from "./routes.js";
import { createScope, scopeLabel } from "./scope.js";

const TITLE_CHARACTERS = 40;
const GONE = "conversation_not_found";

/**
 * Wires the chat up. `onchange(empty)` hears when it fills or empties, `onkept()`
 * when something was kept on the server; `onnew()` is asked to begin anew.
 */
export function createChat({ onchange, onkept, onnew }) {
  const list = document.getElementById("turns");
  const conversation = document.getElementById("conversation");
  const scope = createScope();
  const composer = createComposer({ onsend: send, onstop: () => request && request.abort() });
  let turns = [];
  let id = "";
  let request = null;

  function send(question) {
    if (!request) answer(addTurn(question, scope.get()));
  }

  /** Asks a turn's question and shows what comes of it, in its place. */
  async function answer(turn) {
    const controller = (request = new AbortController());
    const live = liveAnswer();
    composer.setWaiting(true);
    announce("正在检索文件", true);
    turn.reply.setAttribute("aria-busy", "true");
    turn.reply.replaceChildren(live.node);
    bring(turn);
    const outcome = await outcomeOf(turn, controller.signal, live);
    live.end();
    if (request !== controller) return; // another conversation was opened meanwhile
    request = null;
    turn.reply.removeAttribute("aria-busy");
    composer.setWaiting(false);
    outcome();
    highlightOpenSource(currentRoute().source);
    onkept();
  }

  /** What to show once it is known how the asking went. */
  async function outcomeOf(turn, signal, live) {
    try {
      await begin(turn.question, signal);
      const began = performance.now();
      const asked = { question: turn.question, conversation_id: id, document_ids: turn.scope ? turn.scope.ids : [] };
      const result = { answer: await ask(asked, signal, live.on) };
      result.seconds = (performance.now() - began) / 1000;
      return () => finish(turn, result);
    } catch (error) {
      return () => breakOff(turn, live, error);
    }
  }

  /** The first question of a new chat begins its conversation. */
  async function begin(question, signal) {
    if (id) return;
    const title = Array.from(question.replace(/\s+/g, " ")).slice(0, TITLE_CHARACTERS).join("");
    const begun = await beginConversation(title, signal);
    if (signal.aborted) return;
    id = begun.id;
    settleConversation(id);
    onchange(false);
    onkept();
  }

  function finish(turn, result) {
    const controls = Array.from(turn.reply.querySelectorAll("a, button"));
    const focused = controls.indexOf(document.activeElement);
    turn.answered = true;
    turn.reply.replaceChildren(answerView(turn.question, result, again(turn)));
    const refused = result.answer.status === "no_evidence";
    if (refused && turn.scope) turn.reply.append(button("在全部文件中再问", () => again({ ...turn, scope: null })(), { iconName: "scope", "data-testid": "ask-all" }));
    if (focused >= 0) turn.reply.querySelectorAll("a, button")[focused].focus();
    announce(refused ? result.answer.answer : "回答完毕");
  }

  /** What had come stays, marked as incomplete. */
  function breakOff(turn, live, error) {
    const retry = () => !request && answer(turn);
    if (live.begun) live.node.append(el("p", { class: "incomplete", "data-testid": "incomplete" }, "以上回答不完整"));
    else live.node.remove();
    if (error.name === "AbortError") {
      announce("已停止");
      const action = button("重新回答", retry, { iconName: "retry", "data-testid": "retry" });
      turn.reply.append(el("div", { class: "stopped" }, el("p", {}, "已停止"), action));
    } else if (error.code === GONE) {
      turn.reply.append(gone(() => (onnew(), send(turn.question))));
    } else {
      turn.reply.append(problem(error, retry));
    }
  }

  function again(turn) {
    return () => !request && answer(addTurn(turn.question, turn.scope));
  }

  /** An answered question is asked anew at the end; one that was not answered makes room. */
  function edit(turn) {
    if (request) return;
    if (!turn.answered) {
      turns = turns.filter((other) => other !== turn);
      turn.node.remove();
      onchange(!turns.length);
    }
    scope.set(turn.scope);
    composer.write(turn.question);
  }

  function addTurn(question, chosen) {
    const reply = el("div", { class: "reply", "data-testid": "reply" });
    const turn = { question, scope: chosen, reply, answered: false };
    const named = { type: "button", class: "icon-button edit", "aria-label": "编辑这个问题", title: "编辑" };
    const editButton = el("button", { ...named, "data-testid": "edit", onclick: () => edit(turn) }, icon("edit"));
    turn.node = el(
      "li",
      { class: "turn", "data-testid": "turn" },
      el(
        "div",
        { class: "asked" },
        chosen && askedScope(chosen),
        el("div", { class: "asked-line" }, editButton, el("h2", { class: "asked-text", "data-testid": "asked" }, question)),
      ),
      reply,
    );
    turns.push(turn);
    list.append(turn.node);
    onchange(false);
    return turn;
  }

  /** Brings a question to the top; there is room below it for an answer that grows. */
  function bring({ node }) {
    for (const other of list.children) other.style.minHeight = "";
    node.style.minHeight = `${conversation.clientHeight}px`;
    node.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  }

  /** Shows the kept conversation `wanted`, or a new one for "". */
  async function open(wanted) {
    if (wanted === id) return onchange(!list.children.length);
    if (request) request.abort();
    request = null;
    turns = [];
    id = wanted;
    scope.set(null);
    composer.setWaiting(false);
    list.replaceChildren();
    onchange(!id);
    if (id) await load();
  }

  async function load() {
    const wanted = id;
    list.replaceChildren(el("li", { class: "turn opening", role: "status" }, "正在打开对话…"));
    try {
      const { exchanges } = await getConversation(wanted);
      if (id !== wanted) return;
      list.replaceChildren();
      for (const kept of exchanges) {
        const turn = addTurn(kept.question, null);
        turn.answered = true;
        turn.reply.append(answerView(kept.question, kept, again(turn)));
      }
      onchange(!exchanges.length);
      highlightOpenSource(currentRoute().source);
      conversation.scrollTop = conversation.scrollHeight;
    } catch (error) {
      if (id !== wanted) return;
      list.replaceChildren(el("li", { class: "turn" }, error.code === GONE ? gone(onnew) : problem(error, load)));
    }
  }

  return { ask: send, open, focus: composer.focus, conversation: () => id };
}

/** Which papers a question was asked of. */
function askedScope(chosen) {
  return el("p", { class: "asked-scope", "data-testid": "asked-scope", title: chosen.titles.join("\n") }, icon("scope"), `范围：${scopeLabel(chosen)}`);
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
