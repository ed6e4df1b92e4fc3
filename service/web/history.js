/** The kept conversations: beside the chat, or in a drawer where there is no room. */

import { exportAddress, listConversations } from "./conversations_api.js";
import { announce, button, el, icon, problem } from "./dom.js";
import { back } from "./offline.js";
import { chatAddress } from "./routes.js";

const DAY = 24 * 60 * 60 * 1000;
const PAUSE = 250; // milliseconds without typing, then it is searched
export const UNTITLED = "未命名的对话";
const WIDE = matchMedia("(min-width: 960px)");

/** Builds the list; `onnew()` begins a conversation, `ondelete(id)` hears of one deleted. */
export function createHistory({ onnew, ondelete }) {
  const place = document.getElementById("history");
  const drawer = document.getElementById("drawer");
  const list = el("div", { class: "history-list", "data-testid": "history-list" });
  const search = el("input", {
    type: "search",
    class: "history-search",
    placeholder: "查找对话",
    "aria-label": "查找对话",
    "data-testid": "history-search",
    maxlength: 100,
    oninput: later(() => {
      wanted = 1;
      refresh(true);
    }),
  });
  const more = button("更早的对话", showMore, { class: "button button-quiet history-more", "data-testid": "history-more" });
  let current = "";
  let wanted = 1; // how many are to be shown at least
  let latest = null;

  /**
   * Reads the list again; an answer that comes late gives way to a newer one.
   * What is not `called` for by the user leaves alone what the user is about.
   */
  async function refresh(searched = false, called = true) {
    if (latest) latest.abort();
    const { signal } = (latest = new AbortController());
    try {
      const found = [];
      let total;
      do {
        const page = await listConversations(search.value.trim(), found.length, signal);
        found.push(...page.conversations);
        ({ total } = page);
      } while (found.length < Math.min(wanted, total));
      const busy = !called && list.querySelector("[open], .history-rename");
      if (!signal.aborted && !busy) draw(found, total);
      if (searched === true) announce(`${total} 段对话`, true);
    } catch (error) {
      // A list that cannot be read again stays; whoever asks something is told why.
      const shown = list.hasChildNodes() && searched !== true;
      if (error.name === "AbortError" || shown) return;
      list.replaceChildren(problem(error, () => refresh(true)));
      if (error.code === "unreachable") back().then(update);
    }
  }

  async function showMore() {
    const shown = list.querySelectorAll("[data-id]").length;
    wanted = shown + 1;
    await refresh(true);
    const first = list.querySelectorAll(".history-link")[shown];
    if (first) first.focus();
  }

  function draw(found, total) {
    const focused = list.contains(document.activeElement) && document.activeElement.closest("[data-id]");
    const groups = new Map();
    for (const each of found) {
      const age = ageOf(each.updated);
      groups.set(age, [...(groups.get(age) || []), item(each)]);
    }
    list.replaceChildren(
      ...[...groups].map(([age, items]) => el("section", {}, el("h2", {}, age), el("ul", {}, items))),
    );
    if (found.length < total) list.append(more);
    if (!found.length) list.append(el("p", { class: "history-none" }, search.value.trim() ? "没有找到" : "还没有对话"));
    mark(current);
    const again = focused && list.querySelector(`[data-id="${focused.dataset.id}"] a`);
    if (again) again.focus();
  }

  function item(conversation) {
    const title = conversation.title || UNTITLED;
    const link = el("a", { class: "history-link", href: chatAddress(conversation.id), title, "data-testid": "history-title", onclick: shut }, title);
    const node = el("li", { class: "history-item", "data-id": conversation.id, "data-testid": "history-item" }, link);
    const choices = [
      button("改名", () => act("rename", conversation, node)),
      download("导出 Markdown", exportAddress(conversation.id, "markdown")),
      download("导出 Word", exportAddress(conversation.id, "word")),
      button("删除", () => act("remove", conversation, node), { class: "button menu-danger" }),
    ];
    node.append(menu(`“${title}”的操作`, choices));
    return node;
  }

  /** What is done to a conversation is fetched when it is first wanted. */
  function act(name, conversation, node) {
    import("./history_actions.js").then(
      (actions) => actions[name](conversation, node, { refresh, focusOn, ondelete, fail }),
      () => fail(new Error("页面没有加载完整，请检查服务是否在运行")),
    );
  }

  function fail(error, retry) {
    list.prepend(problem(error, retry));
  }

  function focusOn(id) {
    const node = list.querySelector(`[data-id="${id}"] a`);
    if (node) node.focus();
  }

  /** Shows which conversation is open. */
  function mark(id) {
    current = id;
    for (const node of list.querySelectorAll("[data-id]")) {
      if (node.dataset.id === id) node.firstChild.setAttribute("aria-current", "page");
      else node.firstChild.removeAttribute("aria-current");
    }
  }

  function update() {
    return refresh(false, false);
  }

  function begin() {
    shut();
    onnew();
  }

  function shut() {
    if (drawer.open) drawer.close();
  }

  place.append(
    el(
      "div",
      { class: "history-head" },
      button("新对话", begin, { class: "button history-new", iconName: "new", "data-testid": "new" }),
      button("", shut, { class: "icon-button history-close", iconName: "close", "aria-label": "关闭" }),
    ),
    search,
    list,
  );
  document.getElementById("history-open").addEventListener("click", () => {
    drawer.append(place);
    drawer.showModal();
    update();
  });
  drawer.addEventListener("close", () => document.getElementById("sidebar").append(place));
  drawer.addEventListener("click", ({ target }) => target === drawer && shut());
  WIDE.addEventListener("change", shut);
  window.addEventListener("focus", update); // another window may have changed them
  closeMenusOutside(place);
  return { refresh: update, mark };
}

/** A button that opens a list of buttons and links; it is placed so that no scrolling part cuts it off. */
function menu(label, choices) {
  const opener = el("summary", { class: "icon-button", "aria-label": label, title: "更多" }, icon("more"));
  const items = el("div", { class: "menu" }, choices);
  const node = el("details", { class: "menu-frame", "data-testid": "menu" }, opener, items);
  node.addEventListener("toggle", () => {
    if (!node.open) return;
    const { top, bottom, right } = opener.getBoundingClientRect();
    const below = bottom + items.offsetHeight < window.innerHeight;
    items.style.top = `${below ? bottom : Math.max(top - items.offsetHeight, 0)}px`;
    items.style.left = `${Math.max(right - items.offsetWidth, 8)}px`;
  });
  items.addEventListener("click", () => (node.open = false));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.open) return;
    event.preventDefault();
    event.stopPropagation();
    node.open = false;
    opener.focus();
  });
  return node;
}

function closeMenusOutside(place) {
  const close = ({ target }) => {
    for (const node of place.querySelectorAll("details[open]")) if (!node.contains(target)) node.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);
  place.addEventListener("scroll", close, true);
}

function download(label, address) {
  return el("a", { class: "button", href: address, download: true }, label);
}

function ageOf(updated) {
  const today = new Date();
  const days = Math.ceil((today.setHours(0, 0, 0, 0) - Date.parse(updated)) / DAY);
  return days <= 0 ? "今天" : days === 1 ? "昨天" : days <= 7 ? "七天内" : "更早";
}

function later(action) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, PAUSE);
  };
}
