/** Questions to begin with, drawn by the service from the papers there are. */

import { getSuggestions } from "./api.js";
import { el, icon } from "./dom.js";

/** Shows the suggestions; `onpick(question)` asks one. Where there are none, `instead()` resolves to what is shown or null. */
export async function showSuggestions(onpick, instead = () => null) {
  const place = document.getElementById("suggestions");
  try {
    const questions = await getSuggestions();
    const shown = questions.length ? questions.map((question) => suggestion(question, onpick)) : [await instead()];
    place.replaceChildren(...shown.filter(Boolean));
  } catch {
    place.replaceChildren(); // a question can be asked without them, and then says what is wrong
  }
}

function suggestion(question, onpick) {
  const pick = { type: "button", class: "suggestion", onclick: () => onpick(question) };
  return el("button", pick, el("span", {}, question), icon("next"));
}
