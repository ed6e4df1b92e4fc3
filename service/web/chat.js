/** The conversation in the page: questions, answers as they come, and what happens between them. */

import { answerView, liveAnswer } from "./answer.js";
import { ask } from "./api.js";
import { highlightOpenSource } from "./citation.js";
import { createComposer } from "./composer.js";
import { announce, button, el, icon, problem, scrollBehavior } from "./dom.js";
import { currentRoute } from "./routes.js";

const TURNS = 6; // how many questions before it a question is understood by
const ALL_PAPERS = { get: () => null, set() {} };

/**
 * Wires the chat up. It shows a thread: `list` holds its turns, `answered` are those with an
 * answer, `request` stops the answer being written, `id` is for whoever keeps it.
 *
 * `context(thread, turn, signal)` is what a request says besides of where it is kept (see
 * AnswerRequest), or a promise of it, and sets `turn.unsaved` to why it cannot be kept; `scope`
 * (scope.js) chooses the papers; `rating(result)` is by what a reader rates an answer.
 * `onchange(empty)` hears when the chat fills or empties, `onend(thread, turn)` when an asking is
 * over; `remedy(error, turn)` may know what to show in place of an error.
 */
export function createChat({ context = () => ({}), scope = ALL_PAPERS, rating = () => null, onchange, onend = () => {}, remedy = () => null }) {
  const conversation = document.getElementById("conversation");
  const composer = createComposer({ onsend: send, onstop: () => thread.request && thread.request.abort() });
  const editing = el(
    "p",
    { class: "editing", "data-testid": "editing" },
    "发送后替换上一个问题和回答",
    button("不替换", () => (setEdited(null), composer.focus()), { class: "button button-quiet", "data-testid": "edit-keep" }),
  );
  let thread = newThread("", document.getElementById("turns"));
  let edited = null; // the turn that the next question replaces

  document.getElementById("composer").before(editing);
  setEdited(null);

  function send(question) {
    if (!thread.request) answer(addTurn(question, scope.get(), edited));
  }

  function setEdited(turn) {
    edited = turn;
    editing.hidden = !turn;
  }

  /** Asks a turn's question and shows what comes of it, in its place. */
  async function answer(turn) {
    const asked = thread;
    const live = liveAnswer();
    const missed = [];
    const hear = (...event) => (asked === thread ? live.on(...event) : missed.push(event));
    asked.request = new AbortController();
    asked.resume = () => {
      for (const event of missed.splice(0)) live.on(...event);
      bring(turn);
    };
    setEdited(null);
    composer.setWaiting(true);
    announce("正在检索文件", true);
    turn.reply.setAttribute("aria-busy", "true");
    turn.reply.replaceChildren(live.node);
    turn.replaces = replaceable(turn.replaces);
    if (turn.replaces) replace(turn.replaces.node, turn.node);
    bring(turn);
    const outcome = await outcomeOf(turn, asked, hear);
    live.end();
    asked.request = null;
    missed.length = 0;
    turn.reply.removeAttribute("aria-busy");
    if (asked === thread) composer.setWaiting(false);
    outcome(live);
    if (asked === thread) highlightOpenSource(currentRoute().source);
    onend(asked, turn);
  }

  /** What to show once it is known how the asking went. */
  async function outcomeOf(turn, asked, hear) {
    const { signal } = asked.request;
    try {
      const place = await context(asked, turn, signal);
      const began = performance.now();
      const request = {
        question: turn.question,
        history: saidBefore(asked, turn),
        document_ids: turn.scope ? turn.scope.ids : [],
        ...place,
      };
      const result = { answer: await ask(request, signal, hear) };
      if (turn.unsaved) result.answer.unsaved = `这次问答没有存入对话记录：${turn.unsaved}`;
      result.seconds = (performance.now() - began) / 1000;
      return () => finish(turn, asked, result);
    } catch (error) {
      return (live) => breakOff(turn, live, error);
    }
  }

  function finish(turn, asked, result) {
    const controls = Array.from(turn.reply.querySelectorAll("a, button"));
    const focused = controls.indexOf(document.activeElement);
    fill(turn, result);
    if (turn.replaces) asked.answered.pop();
    asked.answered.push(turn);
    turn.replaces = null;
    const refused = result.answer.status === "no_evidence";
    const everywhere = () => !thread.request && answer(addTurn(turn.question, null));
    if (refused && turn.scope) turn.reply.append(button("在全部文件中再问", everywhere, { iconName: "scope", "data-testid": "ask-all" }));
    if (focused >= 0) turn.reply.querySelectorAll("a, button")[focused].focus();
    if (asked === thread) announce(refused ? result.answer.answer : "回答完毕");
  }

  function fill(turn, result) {
    turn.answer = result.answer;
    const again = () => !thread.request && answer(addTurn(turn.question, turn.scope, turn));
    const anew = button("重新回答", again, { class: "button button-quiet", iconName: "retry", "data-testid": "again" });
    turn.reply.replaceChildren(answerView(turn.question, result, [anew, rating(result)]));
  }

  /** What had come stays, marked as incomplete, and so does what it was to replace. */
  function breakOff(turn, live, error) {
    const retry = () => !thread.request && answer(turn);
    const old = turn.replaces;
    if (old) turn.node.before(old.node);
    if (live.begun) live.node.append(el("p", { class: "incomplete", "data-testid": "incomplete" }, "以上回答不完整"));
    else live.node.remove();
    if (error.name === "AbortError") {
      announce("已停止");
      const action = button("重新回答", retry, { iconName: "retry", "data-testid": "retry" });
      turn.reply.append(el("div", { class: "stopped" }, el("p", {}, "已停止"), action));
    } else {
      turn.reply.append(remedy(error, turn) || problem(error, retry));
    }
  }

  /** The turn, if it is the last that is kept: asked again, it is replaced; others are asked anew. */
  function replaceable(turn) {
    const [last] = thread.answered.slice(-1);
    return turn && turn === last && turn.answer.request_id && !turn.answer.unsaved ? turn : null;
  }

  /** One that was not answered makes room at once. */
  function edit(turn) {
    if (thread.request) return;
    if (!turn.answer) {
      turn.node.remove();
      onchange(!thread.list.children.length);
    }
    setEdited(replaceable(turn.answer ? turn : turn.replaces));
    scope.set(turn.scope);
    composer.write(turn.question);
  }

  function addTurn(question, chosen, replaces = null) {
    const turn = newTurn(question, chosen);
    turn.replaces = replaces;
    thread.list.append(turn.node);
    onchange(false);
    return turn;
  }

  /** A question with the place for its answer. */
  function newTurn(question, chosen) {
    const reply = el("div", { class: "reply", "data-testid": "reply" });
    const turn = { question, scope: chosen, reply, answer: null, replaces: null, unsaved: "" };
    turn.node = turnNode(question, chosen && scope.note(chosen), reply, () => edit(turn));
    return turn;
  }

  /** One that was answered before, for the list of a thread. */
  function oldTurn(question, chosen, result) {
    const turn = newTurn(question, chosen);
    fill(turn, result);
    return turn;
  }

  /** Brings a question to the top; there is room below it for an answer that grows. */
  function bring({ node }) {
    for (const other of thread.list.children) other.style.minHeight = "";
    node.style.minHeight = `${conversation.clientHeight}px`;
    node.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  }

  function newThread(id = "", list = thread.list.cloneNode(false)) {
    return { id, list, answered: [], request: null, resume: null, scope: null };
  }

  /** Shows another thread; one that was left shows what it missed. */
  function show(next) {
    thread.scope = scope.get();
    thread.list.replaceWith(next.list);
    thread = next;
    setEdited(null);
    scope.set(thread.scope);
    composer.setWaiting(Boolean(thread.request));
    onchange(!thread.id);
    if (thread.resume) thread.resume();
    highlightOpenSource(currentRoute().source);
  }

  return { ask: send, newThread, show, oldTurn, thread: () => thread, focus: composer.focus };
}

function turnNode(question, note, reply, onedit) {
  const named = { type: "button", class: "icon-button edit", "aria-label": "编辑这个问题", title: "编辑" };
  return el(
    "li",
    { class: "turn", "data-testid": "turn" },
    el(
      "div",
      { class: "asked" },
      note,
      el(
        "div",
        { class: "asked-line" },
        el("button", { ...named, "data-testid": "edit", onclick: onedit }, icon("edit")),
        el("h2", { class: "asked-text", "data-testid": "asked" }, question),
      ),
    ),
    reply,
  );
}

/** The questions before a turn and their answers: the service may not have them, or not all. */
function saidBefore({ answered }, turn) {
  const before = answered.filter((each) => each !== turn.replaces).slice(-TURNS);
  const said = ({ question, answer }) => [
    { role: "user", content: question },
    { role: "assistant", content: answer.answer },
  ];
  return before.map(said).flat();
}

/** Puts a turn where another was; a focus in that goes with it. */
function replace(old, node) {
  const focused = old.contains(document.activeElement);
  old.replaceWith(node);
  if (focused) node.querySelector("button").focus();
}
