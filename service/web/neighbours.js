/** The citations before and after the open one: those of the same answer, or the rows of the table it is in. */

const LISTS = ".citations, .duty-table";

/**
 * Where `source` stands in its list: `{at, count, before, after}`, the last two
 * functions that open the one before or after it, or null; null where it is in
 * no list. The list of the answer around `opener` comes first.
 */
export function neighbours({ documentId, start, end }, opener) {
  const key = [documentId, start, end].join("/");
  for (const list of listsFrom(opener)) {
    const entries = Array.from(list.querySelectorAll("[data-source]"));
    const at = entries.findIndex(({ dataset }) => dataset.source === key);
    if (at < 0) continue;
    const step = (entry) => entry && (() => entry.querySelector("a[href]").click());
    return { at: at + 1, count: entries.length, before: step(entries[at - 1]), after: step(entries[at + 1]) };
  }
  return null;
}

/** The list near the opener, then those on the page, the latest first. */
function listsFrom(opener) {
  const answer = opener && opener.closest(".answer, .view");
  const near = answer ? Array.from(answer.querySelectorAll(LISTS)) : [];
  const all = Array.from(document.querySelectorAll(LISTS)).filter((list) => !list.closest("[hidden]"));
  return [...near.slice(0, 1), ...all.reverse()];
}
