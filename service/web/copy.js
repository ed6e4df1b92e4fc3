/**
 * Answers as plain text, and the clipboard. AI-written text never leaves without its label,
 * nor words of a paper that no longer holds without the warning.
 */

import { paragraphs } from "./conclusion.js";
import { button } from "./dom.js";
import { AI_LABEL, NO_EVIDENCE, bookTitle, standingNote, whereabouts } from "./labels.js";

/** Question, answer, citations and, when due, the AI label. Sentences that did not hold are left out. */
export function answerAsText(question, answer) {
  const lines = [`问：${question}`, "", `答：${conclusionText(answer)}`];
  if (answer.citations.length) lines.push("", "依据：", ...answer.citations.map(citationText));
  if (answer.ai_generated) lines.push("", `（${AI_LABEL}）`);
  return lines.join("\n");
}

function conclusionText(answer) {
  if (answer.status === "no_evidence") return answer.answer || NO_EVIDENCE;
  return paragraphs(answer).map(heldSentences).filter(Boolean).join("\n");
}

function heldSentences(sentences) {
  return sentences
    .filter(({ supported }) => supported)
    .map(({ text, citations }) => text + citations.map((index) => `[${index}]`).join(""))
    .join("");
}

function citationText(citation) {
  return `[${citation.index}] “${citation.quote.trim()}”——${bookTitle(citation.title)} ${placeAndStanding(citation).join("，")}`.trim();
}

function placeAndStanding(citation) {
  return [...whereabouts(citation), standingNote(citation)].filter(Boolean);
}

/** The words of one citation and where they stand, as a report quotes them. */
export function quotedText(citation) {
  return `“${citation.quote.trim()}”（${[bookTitle(citation.title), ...placeAndStanding(citation)].join("，")}）`;
}

/** A button that puts a text on the clipboard and says that it did. */
export function copyButton(label, text, attributes) {
  const control = button(
    label,
    async () => {
      const copied = await copyText(text);
      control.lastChild.textContent = copied ? "已复制" : "未能复制";
      setTimeout(() => (control.lastChild.textContent = label), 2000);
    },
    { class: "button button-quiet", "aria-live": "polite", ...attributes },
  );
  return control;
}

/** Puts text on the clipboard; false if the browser refuses. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyThroughSelection(text);
  }
}

/** navigator.clipboard exists on https and localhost only; a county's portal may be plain http. */
function copyThroughSelection(text) {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused) focused.focus();
  return copied;
}

/** Text copied by hand carries the label and the warnings too: `data-warning` of what it was selected from. */
export function labelCopiedSelections() {
  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    const text = selection.toString();
    const from = (selector) =>
      Array.from(document.querySelectorAll(selector)).filter((node) => selection.containsNode(node, true));
    const warnings = from("[data-warning]").flatMap((node) => node.dataset.warning.split("\n"));
    const written = from("[data-ai='true'] .conclusion").length ? [`（${AI_LABEL}）`] : [];
    const labelled = [...warnings, ...written].reduce(withLine, text);
    if (!text || labelled === text) return;
    event.clipboardData.setData("text/plain", labelled);
    event.preventDefault();
  });
}

/** The text with one more line, unless it says that already. */
function withLine(text, line) {
  return text.includes(line.replace(/^注意：/, "")) ? text : `${text}\n${line}`;
}
