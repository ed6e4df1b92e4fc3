/** Puts the page together: chat, papers, and the source beside them. */

import { createChat } from "./chat.js";
import { highlightOpenSource } from "./citation.js";
import { labelCopiedSelections } from "./copy.js";
import { createPapers } from "./documents.js";
import { currentRoute, leaveSource } from "./routes.js";
import { showSuggestions } from "./suggestions.js";
import { createViewer } from "./viewer.js";

const views = { chat: document.getElementById("chat"), papers: document.getElementById("papers") };
const titles = { chat: "策问 · 政策文件问答", papers: "文件库 · 策问" };
const conversation = document.getElementById("conversation");
const newConversation = document.getElementById("new-conversation");
let chatScroll = 0;

const viewer = createViewer({ onclose: leaveSource });
const chat = createChat({ onchange: setEmpty });
const papers = createPapers({ onchange: (documents) => showSuggestions(documents, chat.ask) });

function setEmpty(turns) {
  views.chat.toggleAttribute("data-empty", !turns);
  newConversation.hidden = !turns;
}

/** Shows one view; a hidden element forgets how far it was scrolled, so that is kept. */
function showView(view) {
  const wasChat = !views.chat.hidden;
  if (wasChat) chatScroll = conversation.scrollTop;
  for (const [name, node] of Object.entries(views)) node.hidden = name !== view;
  if (view === "chat" && !wasChat) conversation.scrollTop = chatScroll;
  for (const link of document.querySelectorAll(".app-nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = titles[view];
}

/** Shows what the address says. */
function follow() {
  const { view, source } = currentRoute();
  showView(view);
  if (source) viewer.open(source);
  else viewer.close();
  highlightOpenSource(source);
}

newConversation.addEventListener("click", () => {
  chat.reset();
  location.hash = "#/";
});
window.addEventListener("hashchange", follow);
labelCopiedSelections();
papers.refresh();
follow();
if (!matchMedia("(pointer: coarse)").matches && currentRoute().view === "chat" && !currentRoute().source) chat.focus();
