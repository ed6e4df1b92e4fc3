/** What readers thought of the answers; each can be made an evaluation case. */

import { openCaseForm } from "./case_form.js";
import { getConversation } from "./conversations_api.js";
import { button, el } from "./dom.js";
import { timeLabel } from "./figures.js";
import { NO_EVIDENCE } from "./labels.js";
import { listFeedback } from "./library_api.js";

const WANTED = [
  ["", "全部"],
  ["false", "没有帮助"],
  ["true", "有帮助"],
];

/** Returns `load()`, which gives the content of the tab. */
export function createFeedback() {
  let wanted = "";

  return async function load() {
    const rated = await listFeedback();
    if (!rated.length) {
      return [el("p", { class: "evaluation-none" }, "还没有读者评过回答。在回答下方点“有帮助”或“没有帮助”，就会出现在这里。")];
    }
    const list = el("ul", { class: "feedback", "data-testid": "feedback" });
    const draw = () =>
      list.replaceChildren(...rated.filter(({ helpful }) => !wanted || String(helpful) === wanted).map(feedbackItem));
    const choice = el(
      "select",
      {
        id: "feedback-wanted",
        onchange: () => {
          wanted = choice.value;
          draw();
        },
      },
      WANTED.map(([value, label]) => el("option", { value, selected: value === wanted }, `${label}（${count(rated, value)}）`)),
    );
    draw();
    return [el("p", { class: "feedback-filter" }, el("label", { for: "feedback-wanted" }, "显示"), choice), list];
  };
}

function count(rated, wanted) {
  return rated.filter(({ helpful }) => !wanted || String(helpful) === wanted).length;
}

function feedbackItem(exchange) {
  const { question, answer, helpful, reason, created, seconds } = exchange;
  return el(
    "li",
    { class: "feedback-item", "data-testid": "feedback-item" },
    el(
      "p",
      { class: "feedback-facts" },
      el("strong", { class: helpful ? "is-good" : "is-bad" }, helpful ? "有帮助" : "没有帮助"),
      el("span", {}, timeLabel(created)),
      el("span", {}, `用时 ${seconds.toFixed(1)} 秒`),
    ),
    el("h3", {}, question),
    reason && el("p", { class: "feedback-reason" }, el("span", {}, "理由："), reason),
    el("p", { class: "feedback-answer" }, answer.answer || NO_EVIDENCE),
    button("存为评测用例", () => makeCase(exchange), { "data-testid": "make-case" }),
  );
}

async function makeCase(exchange) {
  openCaseForm(exchange, await earlierQuestions(exchange));
}

/** The questions before this one, which may have been replaced; none where the conversation is gone. */
async function earlierQuestions({ conversation_id: conversation, created }) {
  try {
    const { exchanges } = await getConversation(conversation);
    return exchanges.filter((each) => each.created < created).map(({ question }) => question);
  } catch {
    return [];
  }
}
