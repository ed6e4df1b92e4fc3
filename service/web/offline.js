/** While the service is down: the page comes up all the same, and goes on once the service is back. */

const KEPT = "cewen";
const PAUSE = 3000; // milliseconds between two looks at whether the service is back

/** Keeps what this page is made of for worker.js, and nothing of an earlier version. */
export async function keepPage() {
  if (!navigator.serviceWorker) return; // neither https nor this machine
  try {
    await navigator.serviceWorker.register("/worker.js");
    if (!(await answers())) return;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const wanted = [`${location.origin}/`, ...loaded.filter((url) => url.startsWith(`${location.origin}/static/`))];
    const kept = await caches.open(KEPT);
    await kept.addAll(new Set(wanted));
    for (const { url } of await kept.keys()) if (!wanted.includes(url)) kept.delete(url);
  } catch (error) {
    console.info(error); // storage is forbidden or full: without the service there is no page
  }
}

/** Resolves once the service answers again. */
export async function back() {
  do await new Promise((resolve) => setTimeout(resolve, PAUSE));
  while (!(await answers()));
}

async function answers() {
  try {
    return (await fetch("/healthz")).ok;
  } catch {
    return false;
  }
}
