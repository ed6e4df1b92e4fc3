/**
 * The chat in a portal's frame: questions, answers and the sources they cite, for anybody. What is
 * said stays in the page; nothing of the pages for staff is loaded, linked or asked for.
 */

import { createChat } from "./chat.js";
import { highlightOpenSource } from "./citation.js";
import { labelCopiedSelections } from "./copy.js";
import { keepDroppedFilesOut } from "./dom.js";
import { currentRoute } from "./routes.js";
import { createSourcePanel } from "./source_panel.js";
import { showSuggestions } from "./suggestions.js";
import { createTypeSwitch } from "./type.js";

const newConversation = document.getElementById("new-conversation");
const showSource = createSourcePanel();
const chat = createChat({ onchange });

function onchange(empty) {
  document.getElementById("chat-main").toggleAttribute("data-empty", empty);
  newConversation.hidden = empty;
  if (empty) showSuggestions(chat.ask);
}

function startAnew() {
  const { request } = chat.thread();
  if (request) request.abort();
  chat.show(chat.newThread());
  chat.focus();
}

/** Shows the source that the address names. */
function follow() {
  const { source } = currentRoute();
  showSource(source);
  highlightOpenSource(source);
}

/** Tells the portal's page of an Escape that nothing here wants, which closes the frame; elsewhere nothing listens. */
function passOn(event) {
  const wanted = event.isComposing || document.querySelector(".viewer:not([hidden])");
  // Says only that a key was pressed, so that any portal may hear it.
  if (event.key === "Escape" && !wanted) window.parent.postMessage("cewen-close", "*");
}

newConversation.addEventListener("click", startAnew);
window.addEventListener("hashchange", follow);
document.addEventListener("keydown", passOn, true);
createTypeSwitch();
labelCopiedSelections();
keepDroppedFilesOut();
onchange(true);
follow();
if (!matchMedia("(pointer: coarse)").matches && !currentRoute().source) chat.focus();
