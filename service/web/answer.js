/** One answer: the conclusion first, then the words it rests on. */

import { citationCard, citationButton, nearestLink } from "./citation.js";
import { paragraphs } from "./conclusion.js";
import { answerAsText, copyText } from "./copy.js";
import { button, el } from "./dom.js";
import { AI_LABEL, NO_EVIDENCE, writtenBy } from "./labels.js";

/** The answer to `question`; `seconds` is how long it took. */
export function answerView(question, { answer, seconds }) {
  const refused = answer.status === "no_evidence";
  return el(
    "div",
    { class: refused ? "answer is-refusal" : "answer", "data-testid": "answer", "data-ai": String(answer.ai_generated) },
    understood(question, answer.question),
    refused ? refusal(answer) : conclusion(answer),
    answer.notice && el("p", { class: "answer-notice", "data-testid": "notice" }, answer.notice),
    answer.ai_generated && el("p", { class: "ai-label", "data-testid": "ai-label" }, AI_LABEL),
    evidence(answer.citations),
    refused && nearest(answer.nearest),
    footer(question, answer, seconds),
  );
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
  return el(
    "div",
    { class: "refusal", "data-testid": "no-evidence" },
    el("p", { class: "refusal-title" }, NO_EVIDENCE),
    bare(answer) !== NO_EVIDENCE && el("p", { class: "refusal-reason" }, answer),
  );
}

function conclusion(answer) {
  const byIndex = new Map(answer.citations.map((citation) => [citation.index, citation]));
  return el(
    "div",
    { class: "conclusion", "data-testid": "conclusion" },
    paragraphs(answer).map((sentences) =>
      el("p", {}, sentences.map((sentence) => sentenceNodes(sentence, byIndex)).flat()),
    ),
  );
}

function sentenceNodes({ text, citations, supported, reason }, byIndex) {
  const buttons = citations.filter((index) => byIndex.has(index)).map((index) => citationButton(byIndex.get(index)));
  if (supported) return [text, ...buttons];
  return [
    el("s", { class: "unsupported", "data-testid": "unsupported" }, text),
    el("span", { class: "unsupported-note" }, reason ? `${reason}，请勿采用` : "此句未能与原文核对，请勿采用"),
    ...buttons,
  ];
}

function evidence(citations) {
  if (!citations.length) return null;
  return el(
    "div",
    { class: "evidence" },
    el("h2", { class: "part-title" }, "依据"),
    el("ol", { class: "citations", "data-testid": "citations" }, citations.map(citationCard)),
  );
}

function nearest(sections) {
  if (!sections.length) return null;
  return el(
    "div",
    { class: "nearest", "data-testid": "nearest" },
    el("h2", { class: "part-title" }, "内容相近的章节，供查阅"),
    el(
      "ul",
      {},
      sections.map((section) => el("li", {}, nearestLink(section))),
    ),
  );
}

function footer(question, answer, seconds) {
  const took = `用时 ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} 秒`;
  const facts = answer.citations.length ? `${writtenBy(answer)} · ${took}` : took;
  const copy = button(
    "复制",
    async () => {
      const copied = await copyText(answerAsText(question, answer));
      copy.lastChild.textContent = copied ? "已复制" : "未能复制";
      setTimeout(() => (copy.lastChild.textContent = "复制"), 2000);
    },
    { class: "button button-quiet", iconName: "copy", "data-testid": "copy", "aria-live": "polite" },
  );
  return el(
    "footer",
    { class: "answer-footer" },
    copy,
    el("span", { class: "answer-facts", title: answer.request_id && `请求编号 ${answer.request_id}` }, facts),
  );
}
