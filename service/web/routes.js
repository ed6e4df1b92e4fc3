/**
 * The address of what is shown: `#/` a new conversation, `#/c/ID` a kept one,
 * `#/papers` and the other pages by name, with their own parameters; with
 * `source=ID&start=S&end=E&page=N` among them the paper opened beside it. Back
 * closes the paper. `#/?only=ID` begins a conversation about one paper.
 */

const PAGES = ["papers", "duties", "evaluation"];
const SOURCE = ["source", "start", "end", "page"];
let pushedSource = false;

/** What the address says: view, conversation's id or "", the view's own parameters, source or null. */
export function currentRoute() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  const [, page, id = ""] = path.split("/");
  const parameters = new URLSearchParams(query);
  const documentId = parameters.get("source");
  const [start, end, pageNumber] = SOURCE.slice(1).map((name) => offset(parameters, name));
  const source = documentId ? { documentId, start, end, page: pageNumber } : null;
  for (const name of SOURCE) parameters.delete(name);
  return {
    view: PAGES.includes(page) ? page : "chat",
    conversation: page === "c" && /^[\w-]{1,32}$/.test(id) ? id : "",
    parameters,
    source,
  };
}

/** The address of a conversation; of a new one without an id. */
export function chatAddress(conversation) {
  return conversation ? `#/c/${conversation}` : "#/";
}

/** Gives a new conversation that has got its id the address it is found at; Back skips the empty one. */
export function settleConversation(id) {
  const route = currentRoute();
  if (route.view === "chat" && !route.conversation) history.replaceState(null, "", address({ ...route, conversation: id }));
}

/** The address of a new conversation that asks of one paper alone. */
export function onlyAddress(paper) {
  return `#/?only=${encodeURIComponent(paper)}`;
}

/** The address of a source beside the present view. */
export function sourceAddress(source) {
  return address({ ...currentRoute(), source });
}

/** Opens a source; one already open is replaced, so that one Back closes it. */
export function goToSource(source) {
  if (currentRoute().source) {
    history.replaceState(null, "", sourceAddress(source));
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    pushedSource = true;
    location.hash = sourceAddress(source);
  }
}

/** Closes the source. */
export function leaveSource() {
  const route = currentRoute();
  if (!route.source) return;
  if (pushedSource) {
    pushedSource = false;
    history.back();
  } else {
    location.replace(address({ ...route, source: null }));
  }
}

/** Puts parameters of the present view ({name: value}, "" to leave out) into the address, without an entry for Back. */
export function keepParameters(values) {
  const route = currentRoute();
  const parameters = Object.entries({ ...Object.fromEntries(route.parameters), ...values });
  history.replaceState(null, "", address({ ...route, parameters: parameters.filter(([, value]) => value) }));
  pushedSource = false; // Back would undo these
}

function address({ view, conversation, parameters, source }) {
  const query = new URLSearchParams(parameters);
  if (source) query.set("source", source.documentId);
  if (source && source.end > source.start) {
    query.set("start", source.start);
    query.set("end", source.end);
    if (source.page) query.set("page", source.page);
  }
  const place = view === "chat" ? chatAddress(conversation) : `#/${view}`;
  return String(query) ? `${place}?${query}` : place;
}

function offset(parameters, name) {
  const value = Number(parameters.get(name));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
