/** The conversation: questions, answers, and what happens between them. */

import { answerView } from "./answer.js";
import { ask } from "./api.js";
import { createComposer, waitingLine } from "./composer.js";
import { button, el, problem, scrollBehavior } from "./dom.js";
import { NO_EVIDENCE } from "./labels.js";
import { forgetTurns, loadTurns, saveTurns } from "./memory.js";

const HISTORY_TURNS = 6; // a follow-up leans on the last few questions only

/** Wires the chat up; returns `ask(question)` for suggestions and `reset()`. */
export function createChat({ onchange }) {
  const list = document.getElementById("turns");
  const conversation = document.getElementById("conversation");
  let turns = [];
  let request = null;

  const composer = createComposer({ onsend: send, onstop: () => request && request.abort() });

  async function send(question) {
    if (request) return;
    const turn = addTurn(question);
    await resolve(turn);
  }

  /** Asks a turn's question and shows what comes of it, in its place. */
  async function resolve(turn) {
    const controller = (request = new AbortController());
    const waiting = waitingLine();
    composer.setWaiting(true);
    turn.reply.setAttribute("aria-busy", "true");
    turn.reply.replaceChildren(waiting.line);
    show(turn);
    const content = await reply(turn, controller.signal);
    waiting.stop();
    turn.reply.removeAttribute("aria-busy");
    if (request !== controller) return; // a new conversation was begun meanwhile
    request = null;
    turn.reply.replaceChildren(content);
    composer.setWaiting(false);
    show(turn);
  }

  async function reply(turn, signal) {
    const began = performance.now();
    try {
      const answer = await ask(turn.question, historyBefore(turn), signal);
      turn.result = { answer, seconds: (performance.now() - began) / 1000 };
      saveTurns(turns);
      return answerView(turn.question, turn.result);
    } catch (error) {
      return error.name === "AbortError" ? stopped(turn) : problem(error, () => retry(turn));
    }
  }

  function stopped(turn) {
    return el(
      "div",
      { class: "stopped" },
      el("p", {}, "已停止"),
      button("重新回答", () => retry(turn), { iconName: "retry", "data-testid": "retry" }),
    );
  }

  function retry(turn) {
    if (!request) resolve(turn);
  }

  /** The answered turns before this one, as the service's `history`. */
  function historyBefore(turn) {
    return turns
      .slice(0, turns.indexOf(turn))
      .filter(({ result }) => result)
      .slice(-HISTORY_TURNS)
      .flatMap(({ question, result }) => [
        { role: "user", content: question },
        { role: "assistant", content: result.answer.answer || NO_EVIDENCE },
      ]);
  }

  function addTurn(question, result = null) {
    const reply = el("div", { class: "reply", "aria-live": "polite", "data-testid": "reply" });
    const node = el(
      "li",
      { class: "turn", "data-testid": "turn" },
      el("div", { class: "asked" }, el("p", { class: "asked-text", "data-testid": "asked" }, question)),
      reply,
    );
    const turn = { question, result, reply, node };
    turns.push(turn);
    list.append(node);
    onchange(turns.length);
    return turn;
  }

  function show({ node }) {
    node.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  }

  function reset() {
    if (request) request.abort();
    request = null;
    turns = [];
    forgetTurns();
    list.replaceChildren();
    composer.setWaiting(false);
    composer.focus();
    onchange(0);
  }

  function restore() {
    for (const { question, result } of loadTurns()) {
      addTurn(question, result).reply.append(answerView(question, result));
    }
    conversation.scrollTop = conversation.scrollHeight;
  }

  restore();
  return { ask: send, reset, focus: composer.focus };
}
