/** Calls about kept conversations and their answers (service/schemas.py has the shapes). */

import { call, json } from "./api.js";

/** Some of the kept conversations from `offset` on, the latest first, as ConversationList; those with `words` in them, if given. */
export function listConversations(words, offset, signal) {
  return call(`conversations?${new URLSearchParams({ words, offset, limit: 50 })}`, { signal });
}

/** Begins a conversation; returns its ConversationInfo. */
export function beginConversation(title, signal) {
  return call("conversations", { ...json({ title }), signal });
}

/** A conversation with all its exchanges. */
export function getConversation(id) {
  return call(conversationPath(id));
}

/** Gives a conversation another title. */
export function renameConversation(id, title) {
  return call(conversationPath(id), { ...json({ title }), method: "PATCH" });
}

/** Removes a conversation. */
export function deleteConversation(id) {
  return call(conversationPath(id), { method: "DELETE" });
}

/** Where a conversation is had as a file, `markdown` or `word`. */
export function exportAddress(id, format) {
  return `/api/v1/${conversationPath(id)}/export?format=${format}`;
}

/** Says whether an answer helped, and why; null takes it back. */
export function rate(requestId, helpful, reason) {
  return call("feedback", json({ request_id: requestId, helpful, reason }));
}

function conversationPath(id) {
  return `conversations/${encodeURIComponent(id)}`;
}
