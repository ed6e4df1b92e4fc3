/** Puts the page together: the chat at once, the source and the other pages when they are called for. */

import { highlightOpenSource } from "./citation.js";
import { labelCopiedSelections } from "./copy.js";
import { el, keepDroppedFilesOut } from "./dom.js";
import { createHistory } from "./history.js";
import { createKeptChat } from "./kept_chat.js";
import { keepPage } from "./offline.js";
import { showPage } from "./pages.js";
import { chatAddress, currentRoute, keepParameters, onlyAddress } from "./routes.js";
import { createSourcePanel } from "./source_panel.js";
import { showSuggestions } from "./suggestions.js";
import { createTypeSwitch } from "./type.js";

const TITLES = { chat: "策问 · 政策文件问答", papers: "文件库 · 策问", duties: "谁牵头什么 · 策问", evaluation: "评测 · 策问" };
const conversation = document.getElementById("conversation");
const newConversation = document.getElementById("new-conversation");
const showSource = createSourcePanel(onlyAddress);
let chatScroll = 0;

const kept = createHistory({ onnew: startAnew, ondelete: (id) => id === chat.conversation() && startAnew() });
const chat = createKeptChat({ onchange: showChatState, onkept: kept.refresh, onnew: startAnew });

/** What the rest of the page shows of the chat: whether it is empty, and which conversation it is. */
function showChatState(empty) {
  const id = chat.conversation();
  document.getElementById("chat-main").toggleAttribute("data-empty", empty);
  newConversation.hidden = empty;
  kept.mark(id);
  for (const link of document.querySelectorAll("a[data-view='chat']")) link.setAttribute("href", chatAddress(id));
  if (empty) showSuggestions(chat.ask, noPapers);
}

/** Where there is nothing to suggest: the way to bring papers, if there are none. */
async function noPapers() {
  const { listDocuments } = await import("./library_api.js");
  if ((await listDocuments()).length) return null;
  return el("p", { class: "no-papers" }, "文件库还是空的。", el("a", { href: "#/papers" }, "先上传文件"), "，再来提问。");
}

function startAnew() {
  location.hash = "#/";
  chat.open("", true);
  chat.focus();
}

/** Shows one view; a hidden element forgets how far it was scrolled, so that is kept. */
function showView(view) {
  const shown = document.getElementById("chat");
  const wasChat = !shown.hidden;
  if (wasChat) chatScroll = conversation.scrollTop;
  for (const node of document.querySelectorAll(".view")) node.hidden = node.id !== view;
  if (view === "chat" && !wasChat) conversation.scrollTop = chatScroll;
  for (const link of document.querySelectorAll(".app-nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = TITLES[view];
}

/** Shows what the address says. */
function follow() {
  const { view, conversation: id, parameters, source } = currentRoute();
  showView(view);
  showPage(view, parameters);
  if (view === "chat") chat.open(id);
  if (view === "chat" && parameters.has("only")) askOnly(parameters.get("only"));
  document.getElementById("app").classList.toggle("beside-source", Boolean(source));
  showSource(source);
  highlightOpenSource(source);
}

/** A new conversation about one paper (`#/?only=ID`); taking the limit back is not undone by a reload. */
function askOnly(paper) {
  keepParameters({ only: "" });
  chat.limit(paper);
  chat.focus();
}

newConversation.addEventListener("click", startAnew);
window.addEventListener("load", keepPage);
window.addEventListener("hashchange", follow);
createTypeSwitch();
labelCopiedSelections();
keepDroppedFilesOut();
kept.refresh();
follow();
if (!matchMedia("(pointer: coarse)").matches && currentRoute().view === "chat" && !currentRoute().source) chat.focus();
