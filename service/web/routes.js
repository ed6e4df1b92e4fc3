/**
 * The address of what is shown: `#/` or `#/papers`, and with
 * `?source=ID&start=S&end=E` the paper opened beside it. Back closes the paper.
 */

let pushedSource = false;

/** What the address says: the view, and the source or null. */
export function currentRoute() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  const parameters = new URLSearchParams(query);
  const documentId = parameters.get("source");
  return {
    view: path === "/papers" ? "papers" : "chat",
    source: documentId ? { documentId, start: offset(parameters, "start"), end: offset(parameters, "end") } : null,
  };
}

/** The address of a source beside the present view. */
export function sourceAddress({ documentId, start, end }) {
  const parameters = new URLSearchParams({ source: documentId });
  if (end > start) {
    parameters.set("start", start);
    parameters.set("end", end);
  }
  return `${viewAddress(currentRoute().view)}?${parameters}`;
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
  const { view, source } = currentRoute();
  if (!source) return;
  if (pushedSource) {
    pushedSource = false;
    history.back();
  } else {
    location.replace(viewAddress(view));
  }
}

function viewAddress(view) {
  return view === "papers" ? "#/papers" : "#/";
}

function offset(parameters, name) {
  const value = Number(parameters.get(name));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
