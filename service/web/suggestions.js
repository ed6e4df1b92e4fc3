/** Questions to begin with, drawn by the service from the papers there are. */

import { getSuggestions, listDocuments } from "./api.js";
import { el, icon } from "./dom.js";

/** Shows the suggestions; where there are none for want of papers, says so. */
export async function showSuggestions(onpick) {
  const place = document.getElementById("suggestions");
  try {
    const questions = await getSuggestions();
    const empty = !questions.length && !(await listDocuments()).length;
    place.replaceChildren(...(empty ? [noPapers()] : questions.map((question) => suggestion(question, onpick))));
  } catch {
    place.replaceChildren(); // a question can be asked without them, and then says what is wrong
  }
}

function noPapers() {
  return el("p", { class: "no-papers" }, "文件库还是空的。", el("a", { href: "#/papers" }, "先上传文件"), "，再来提问。");
}

function suggestion(question, onpick) {
  const pick = { type: "button", class: "suggestion", onclick: () => onpick(question) };
  return el("button", pick, el("span", {}, question), icon("next"));
}
