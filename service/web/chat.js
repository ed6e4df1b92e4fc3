/** The conversation: questions, answers as they come, and what happens between them. */

import { answerView, liveAnswer } from "./answer.js";
import { ask, beginConversation, getConversation } from "./api.js";
import { highlightOpenSource } from "./citation.js";
import { createComposer } from "./composer.js";
import { announce, button, el, icon, problem, scrollBehavior } from "./dom.js";
import { back } from "./offline.js";
import { currentRoute, settleConversation } from "./routes.js";
import { createScope, scopeLabel } from "./scope.js";

const TITLE_CHARACTERS = 40;
const GONE = "conversation_not_found";
const UNKEPT = "store"; // conversations cannot be kept at present
const TURNS = 6; // how many questions before it a question is understood by
const turnOf = new WeakMap(); // by node

/**
 * Wires the chat up. `onchange(empty)` hears when it fills or empties, `onkept()`
 * when something was kept on the server; `onnew()` is asked to begin anew.
 */
export function createChat({ onchange, onkept, onnew }) {
  const conversation = document.getElementById("conversation");
  const scope = createScope();
  const composer = createComposer({ onsend: send, onstop: () => thread.request && thread.request.abort() });
  const away = new Set(); // threads left while an answer was being written, which goes on
  const editing = el(
    "p",
    { class: "editing", "data-testid": "editing" },
    "发送后替换上一个问题和回答",
    button("不替换", () => (setEdited(null), composer.focus()), { class: "button button-quiet", "data-testid": "edit-keep" }),
  );
  // What is shown: `last` is the last turn answered, `request` stops the answer that is being written.
  let thread = { id: "", list: document.getElementById("turns"), last: null, request: null };
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
    else if (turn.answer) away.delete(asked); // it is kept, and read again
    onkept();
  }

  /** What to show once it is known how the asking went. */
  async function outcomeOf(turn, asked, hear) {
    const { signal } = asked.request;
    try {
      const unsaved = await begin(asked, turn.question, signal);
      const began = performance.now();
      const request = {
        question: turn.question,
        conversation_id: asked.id,
        history: saidBefore(turn),
        document_ids: turn.scope ? turn.scope.ids : [],
        replaces: turn.replaces ? turn.replaces.answer.request_id : "",
      };
      const result = { answer: await ask(request, signal, hear) };
      if (unsaved) result.answer.unsaved = `这次问答没有存入对话记录：${unsaved}`;
      result.seconds = (performance.now() - began) / 1000;
      return () => finish(turn, asked, result);
    } catch (error) {
      return (live) => breakOff(turn, live, error);
    }
  }

  /** The first question of a new chat begins its conversation; says why there can be none, or "". */
  async function begin(asked, question, signal) {
    if (asked.id) return "";
    const title = Array.from(question.replace(/\s+/g, " ")).slice(0, TITLE_CHARACTERS).join("");
    try {
      const begun = await beginConversation(title, signal);
      if (signal.aborted) return "";
      asked.id = begun.id;
    } catch (error) {
      if (error.code === UNKEPT) return error.message;
      throw error;
    }
    if (asked === thread) {
      settleConversation(asked.id);
      onchange(false);
    }
    onkept();
    return "";
  }

  function finish(turn, asked, result) {
    const controls = Array.from(turn.reply.querySelectorAll("a, button"));
    const focused = controls.indexOf(document.activeElement);
    fill(turn, result);
    turn.replaces = null;
    asked.last = turn;
    const refused = result.answer.status === "no_evidence";
    const everywhere = () => !thread.request && answer(addTurn(turn.question, null));
    if (refused && turn.scope) turn.reply.append(button("在全部文件中再问", everywhere, { iconName: "scope", "data-testid": "ask-all" }));
    if (focused >= 0) turn.reply.querySelectorAll("a, button")[focused].focus();
    if (asked === thread) announce(refused ? result.answer.answer : "回答完毕");
  }

  function fill(turn, result) {
    turn.answer = result.answer;
    const again = () => !thread.request && answer(addTurn(turn.question, turn.scope, turn));
    turn.reply.replaceChildren(answerView(turn.question, result, again));
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
    } else if (error.code === GONE && !old) {
      turn.reply.append(gone(() => (onnew(), send(turn.question))));
    } else {
      if (error.code === GONE) turn.replaces = null; // it was replaced in another window
      turn.reply.append(problem(error, retry));
    }
  }

  /** The turn, if it is the last that is kept: asked again, it is replaced; others are asked anew. */
  function replaceable(turn) {
    return turn && turn === thread.last && turn.answer.request_id && !turn.answer.unsaved ? turn : null;
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
    const turn = newTurn(question, chosen, edit);
    turn.replaces = replaces;
    thread.list.append(turn.node);
    onchange(false);
    return turn;
  }

  /** Brings a question to the top; there is room below it for an answer that grows. */
  function bring({ node }) {
    for (const other of thread.list.children) other.style.minHeight = "";
    node.style.minHeight = `${conversation.clientHeight}px`;
    node.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  }

  /** Shows the kept conversation `wanted`, or for "" the one without an id; `anew` another one. */
  async function open(wanted, anew = false) {
    if (wanted === thread.id && !anew) return onchange(!thread.list.children.length);
    const { list } = thread;
    thread.scope = scope.get();
    if (thread.request) away.add(thread);
    const left = [...away].find(({ id }) => wanted && id === wanted);
    away.delete(left);
    thread = left || { id: wanted, list: list.cloneNode(false), last: null, request: null, scope: null };
    list.replaceWith(thread.list);
    setEdited(null);
    scope.set(thread.scope);
    composer.setWaiting(Boolean(thread.request));
    onchange(!wanted);
    if (left) {
      thread.resume();
      highlightOpenSource(currentRoute().source);
    } else if (wanted) {
      await load(thread);
    }
  }

  async function load(opened) {
    const place = el("li", { class: "turn opening", role: "status" }, "正在打开对话…");
    opened.list.prepend(place);
    try {
      const { exchanges } = await getConversation(opened.id);
      const turns = await turnsOf(exchanges);
      place.replaceWith(...turns.map(({ node }) => node));
      if (opened.list.children.length > turns.length) return; // something was asked meanwhile
      opened.last = turns[turns.length - 1];
      if (opened !== thread) return;
      onchange(!turns.length);
      if (opened.last) scope.set(opened.last.scope);
      highlightOpenSource(currentRoute().source);
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
    return exchanges.map((kept) => {
      const turn = newTurn(kept.question, scopeOf(kept.document_ids), edit);
      fill(turn, kept);
      return turn;
    });
  }

  return { ask: send, open, limit: scope.only, focus: composer.focus, conversation: () => thread.id };
}

/** A question with the place for its answer; `onedit(turn)` hears of the wish to change it. */
function newTurn(question, scope, onedit) {
  const named = { type: "button", class: "icon-button edit", "aria-label": "编辑这个问题", title: "编辑" };
  const turn = { question, scope, answer: null, replaces: null };
  turn.reply = el("div", { class: "reply", "data-testid": "reply" });
  turn.node = el(
    "li",
    { class: "turn", "data-testid": "turn" },
    el(
      "div",
      { class: "asked" },
      scope && askedScope(scope),
      el(
        "div",
        { class: "asked-line" },
        el("button", { ...named, "data-testid": "edit", onclick: () => onedit(turn) }, icon("edit")),
        el("h2", { class: "asked-text", "data-testid": "asked" }, question),
      ),
    ),
    turn.reply,
  );
  turnOf.set(turn.node, turn);
  return turn;
}

/** What was asked and answered before a turn: the service may have been unable to keep it. */
function saidBefore({ node }) {
  const said = [];
  for (let each = node.previousElementSibling; each && said.length < 2 * TURNS; each = each.previousElementSibling) {
    const { question, answer } = turnOf.get(each) || {};
    if (answer) said.unshift({ role: "user", content: question }, { role: "assistant", content: answer.answer });
  }
  return said;
}

/** Puts a turn where another was; a focus in that goes with it. */
function replace(old, node) {
  const focused = old.contains(document.activeElement);
  old.replaceWith(node);
  if (focused) node.querySelector("button").focus();
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
