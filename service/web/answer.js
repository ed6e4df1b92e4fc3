/** One answer: the conclusion first, then the words it rests on. */

import { citationCard, citationButton, nearestLink } from "./citation.js";
import { paragraphs } from "./conclusion.js";
import { answerAsText, copyButton } from "./copy.js";
import { announce, button, el } from "./dom.js";
import { AI_LABEL, NO_EVIDENCE, writtenBy } from "./labels.js";
import { rating } from "./rating.js";

/** The answer to `question`, with how long it took and what its reader thought; `onagain` asks anew. */
export function answerView(question, { answer, seconds, helpful, reason }, onagain) {
  const refused = answer.status === "no_evidence";
  return el(
    "div",
    { class: refused ? "answer is-refusal" : "answer", "data-testid": "answer", "data-ai": String(isWritten(answer)) },
    understood(question, answer.question),
    refused ? refusal(answer) : conclusion(answer),
    answer.notice && el("p", { class: "answer-notice", "data-testid": "notice" }, answer.notice),
    answer.unsaved && el("p", { class: "answer-notice", "data-testid": "unsaved" }, answer.unsaved),
    isWritten(answer) && aiLabel(),
    answer.citations.length > 0 && evidence(answer.citations.map(citationCard)),
    refused && nearest(answer.nearest),
    el(
      "footer",
      { class: "answer-footer" },
      copyButton("复制", answerAsText(question, answer), { iconName: "copy", "data-testid": "copy" }),
      button("重新回答", onagain, { class: "button button-quiet", iconName: "retry", "data-testid": "again" }),
      answer.request_id && !answer.unsaved && rating(answer.request_id, { helpful, reason }),
      facts(answer, seconds),
    ),
  );
}

/**
 * An answer in the making: `on(name, data)` takes the events of the stream,
 * `begun` says whether any of the answer has come, `end()` ends the waiting.
 */
export function liveAnswer() {
  const text = el("div", { class: "conclusion", "data-testid": "conclusion" });
  const waiting = waitingLine();
  const label = aiLabel();
  const cards = el("ol", { class: "citations", "data-testid": "citations" });
  const basis = evidencePart(cards);
  const node = el("div", { class: "answer is-live", "data-testid": "live" }, text, label, waiting.line, basis);
  const cited = new Map();
  const live = { node, on, begun: false, end: waiting.stop };
  label.hidden = basis.hidden = true;

  const takes = {
    status: ({ stage }) => stage === "writing" && waiting.say("语言模型正在撰写"),
    citation(citation) {
      cited.set(citation.index, citation);
      cards.append(citationCard(citation));
      basis.hidden = false;
    },
    delta(sentence) {
      if (sentence.supported || !text.lastChild) text.append(el("p"));
      text.lastChild.append(...sentenceNodes(sentence, cited));
      if (sentence.ai_generated) node.dataset.ai = String(!(label.hidden = false));
      announce(sentence.supported ? sentence.text : `${sentence.text}（${doubt(sentence)}）`);
    },
  };

  function on(name, data) {
    if (!takes[name]) return;
    takes[name](data);
    live.begun = live.begun || name !== "status";
  }

  return live;
}

/** The line that says what is going on, with the seconds counted. */
function waitingLine() {
  const words = el("span", {}, "正在检索文件");
  const seconds = el("span", { class: "waiting-seconds", "aria-hidden": "true" });
  const began = performance.now();
  const timer = setInterval(() => {
    seconds.textContent = `${Math.floor((performance.now() - began) / 1000)} 秒`;
  }, 1000);
  const dots = el("span", { class: "waiting-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const line = el("p", { class: "waiting", "data-testid": "waiting" }, dots, words, seconds);
  const say = (text) => {
    words.textContent = text;
    announce(text);
  };
  const stop = () => {
    clearInterval(timer);
    line.remove();
  };
  return { line, say, stop };
}

function aiLabel() {
  return el("p", { class: "ai-label", "data-testid": "ai-label" }, AI_LABEL);
}

/** Whether a model wrote any of what is shown, be it struck out. */
function isWritten(answer) {
  return answer.ai_generated || answer.sentences.some(({ ai_generated: written }) => written);
}

/** How a follow-up was completed, where that changed the question. */
function understood(asked, question) {
  if (!question || bare(question) === bare(asked)) return null;
  return el("p", { class: "understood", "data-testid": "understood" }, `理解为：${question}`);
}

function bare(question) {
  return question.replace(/[\s？?。]/g, "");
}

/** That the papers are silent; to small talk or a wish for an opinion, the service's own words. */
function refusal({ answer }) {
  if (answer && !answer.startsWith(NO_EVIDENCE)) {
    return el("div", { class: "conclusion", "data-testid": "courtesy" }, el("p", {}, answer));
  }
  const reason = answer.slice(NO_EVIDENCE.length).replace(/^[。，：\s]+/, "");
  return el(
    "div",
    { class: "refusal", "data-testid": "no-evidence" },
    el("p", { class: "refusal-title" }, NO_EVIDENCE),
    reason && el("p", { class: "refusal-reason" }, reason),
  );
}

function conclusion(answer) {
  const byIndex = new Map(answer.citations.map((citation) => [citation.index, citation]));
  return el(
    "div",
    { class: "conclusion", "data-testid": "conclusion", "data-warning": warningsOf(answer) },
    paragraphs(answer).map((sentences) =>
      el("p", {}, sentences.map((sentence) => sentenceNodes(sentence, byIndex)).flat()),
    ),
  );
}

/** That papers it rests on no longer hold, a line each. */
function warningsOf({ sentences }) {
  return sentences.filter(({ warns }) => warns).map(({ text }) => text).join("\n");
}

function sentenceNodes(sentence, byIndex) {
  const { text, citations, supported, warns } = sentence;
  const buttons = citations.filter((index) => byIndex.has(index)).map((index) => citationButton(byIndex.get(index)));
  if (warns) return [el("strong", { class: "invalid-mark", "data-testid": "warning" }, text, buttons)];
  if (supported) return [text, ...buttons];
  return [
    el("s", { class: "unsupported", "data-testid": "unsupported" }, text),
    el("span", { class: "unsupported-note" }, doubt(sentence)),
    ...buttons,
  ];
}

function doubt({ reason }) {
  return reason ? `${reason}，请勿采用` : "此句未能与原文核对，请勿采用";
}

function evidence(cards) {
  return evidencePart(el("ol", { class: "citations", "data-testid": "citations" }, cards));
}

function evidencePart(cards) {
  return el("div", { class: "evidence" }, el("h3", { class: "part-title" }, "依据"), cards);
}

function nearest(sections) {
  if (!sections.length) return null;
  return el(
    "div",
    { class: "nearest", "data-testid": "nearest" },
    el("h3", { class: "part-title" }, "内容相近的章节，供查阅"),
    el(
      "ul",
      {},
      sections.map((section) => el("li", {}, nearestLink(section))),
    ),
  );
}

function facts(answer, seconds) {
  const took = `用时 ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} 秒`;
  const words = answer.citations.length ? `${writtenBy(answer)} · ${took}` : took;
  return el("span", { class: "answer-facts", title: answer.request_id && `请求编号 ${answer.request_id}` }, words);
}
