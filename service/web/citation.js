/** Citations: the number in the sentence, the card below it, the link to a near section. */

import { copyButton, quotedText } from "./copy.js";
import { button, el, icon } from "./dom.js";
import { bookTitle, sectionPath, sourceOf, standingNote, standingSentence, whereabouts } from "./labels.js";
import { goToSource } from "./routes.js";
import { sourceLink } from "./source_link.js";

const LONG_QUOTE = 260; // characters, beyond which a card folds

/** The number after a sentence; opens the source. */
export function citationButton(citation) {
  const label = `出处 ${citation.index}：${bookTitle(citation.title)}${sectionPath(citation.section)}`;
  return el(
    "button",
    {
      type: "button",
      class: "citation-number",
      "data-testid": "citation",
      "data-source": sourceKey(citation),
      "aria-label": label,
      title: label,
      onclick: () => goToSource(sourceOf(citation)),
    },
    `[${citation.index}]`,
  );
}

/** Quote, title, 发文字号 and section of one citation. */
export function citationCard(citation) {
  const quote = el("blockquote", { class: "quote", "data-testid": "quote" }, quoteContent(citation.quote.trim()));
  return el(
    "li",
    {
      class: "citation-card",
      "data-testid": "citation-card",
      "data-source": sourceKey(citation),
      "data-warning": standingSentence(citation),
    },
    el("span", { class: "citation-index", "aria-hidden": "true" }, citation.index),
    el(
      "div",
      { class: "citation-body" },
      quote,
      unfold(quote, citation.quote),
      el("p", { class: "citation-title" }, bookTitle(citation.title)),
      el(
        "p",
        { class: "citation-where" },
        whereabouts(citation).map((part) => el("span", {}, part)),
        standingMark(citation),
      ),
      el(
        "p",
        { class: "citation-actions" },
        citedLink(citation, `查看原文（出处 ${citation.index}）`, ["查看原文", icon("next")]),
        copyButton("复制引文", quotedText(citation), { "data-testid": "copy-citation" }),
      ),
    ),
  );
}

/** A warning that the paper of a citation or record no longer holds, or nothing. */
export function standingMark(words) {
  const note = standingNote(words);
  return note && el("span", { class: "invalid-mark", "data-testid": "validity" }, note);
}

/** A section that comes close to a question the papers do not answer. */
export function nearestLink(citation) {
  return citedLink(citation, null, [
    el("span", { class: "nearest-title" }, bookTitle(citation.title)),
    el("span", { class: "nearest-where" }, whereabouts(citation).join(" · ")),
    standingMark(citation),
    el("span", { class: "nearest-quote" }, citation.quote.trim().slice(0, LONG_QUOTE)),
  ]);
}

/** Shows which citation is open beside the conversation. */
export function highlightOpenSource(source) {
  const open = source && [source.documentId, source.start, source.end].join("/");
  for (const node of document.querySelectorAll("[data-source]")) {
    if (node.dataset.source === open) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }
}

function sourceKey({ document_id: documentId, start, end }) {
  return [documentId, start, end].join("/");
}

function citedLink(citation, label, content) {
  const attributes = { class: "source-link", "aria-label": label, "data-testid": "source-link" };
  return sourceLink(sourceOf(citation), { ...attributes, "data-warning": standingSentence(citation) }, content);
}

/** Table rows as a table; a blank line, which a page break leaves in mid-sentence, is not shown. */
function quoteContent(quote) {
  const lines = quote.split("\n").filter((line) => line.trim());
  if (!quote.includes("\t")) return lines.join("\n");
  const cells = (line) => el("tr", {}, line.split("\t").map((cell) => el("td", {}, cell)));
  return el("table", { class: "quote-table" }, el("tbody", {}, lines.map(cells)));
}

function unfold(quote, text) {
  if (text.length <= LONG_QUOTE) return null;
  quote.classList.add("is-folded");
  const toggle = button(
    "展开全文",
    () => {
      const folded = quote.classList.toggle("is-folded");
      toggle.textContent = folded ? "展开全文" : "收起";
      toggle.setAttribute("aria-expanded", String(!folded));
    },
    { class: "button button-quiet unfold", "aria-expanded": "false" },
  );
  return toggle;
}
