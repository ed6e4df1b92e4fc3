/** Questions to begin with, made from the papers there are. */

import { el, icon } from "./dom.js";
import { bookTitle } from "./labels.js";

const EXAMPLE = "氢能产业由哪个单位牵头？";
const TEMPLATES = [
  (title) => `${title}的主要目标是什么？`,
  (title) => `${title}提出了哪些重点任务？`,
  (title) => `${title}有哪些保障措施？`,
];
const LONGEST_TITLE = 40;

/** Shows the suggestions; `documents` is null where the list could not be had. */
export function showSuggestions(documents, onpick) {
  const place = document.getElementById("suggestions");
  if (documents && !documents.length) {
    place.replaceChildren(
      el("p", { class: "no-papers" }, "文件库还是空的。", el("a", { href: "#/papers" }, "先上传文件"), "，再来提问。"),
    );
    return;
  }
  place.replaceChildren(
    ...questions(documents || []).map((question) =>
      el(
        "button",
        { type: "button", class: "suggestion", onclick: () => onpick(question) },
        el("span", {}, question),
        icon("next"),
      ),
    ),
  );
}

function questions(documents) {
  const titles = documents
    .filter(({ title, title_derived: derived }) => !derived && title.length <= LONGEST_TITLE)
    .map(({ title }) => bookTitle(title));
  return [EXAMPLE, ...TEMPLATES.slice(0, titles.length).map((template, index) => template(titles[index]))];
}
