/**
 * Lets the page come up while the service is down. What the service has goes
 * first, so an upgrade is seen at once; what was kept (offline.js) only stands
 * in for it. Answers and papers are never kept.
 */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname !== "/" && !pathname.startsWith("/static/")) return;
  event.respondWith(fetch(request).catch(async () => (await caches.match(request, { ignoreVary: true })) || Response.error()));
});
