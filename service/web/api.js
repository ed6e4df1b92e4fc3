/** Calls to the service (service/contract.py has the shapes). */

import { serverEvents } from "./stream.js";

const UNREACHABLE = "无法连接服务，请检查服务是否在运行";

/** A call that failed; `message` is for the user, in Chinese. */
export class ServiceError extends Error {
  constructor(message, { code = "", requestId = "" } = {}) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

/**
 * Answers a question, an AnswerRequest; resolves to the Answer. Until then
 * `onevent(name, data)` hears `status`, `citation` and `delta`; `signal` stops it.
 */
export async function ask(asked, signal, onevent) {
  const response = await reach("/api/v1/answer", { ...json({ ...asked, stream: true }), signal });
  if (!response.ok) throw refusal(response, await readJson(response, signal));
  for await (const [name, data] of serverEvents(response.body)) {
    if (name === "done") return data;
    if (name === "error") throw refusal(response, data);
    onevent(name, data);
  }
  throw new ServiceError("与服务的连接中断，回答没有写完", { code: "broken" });
}

/** Questions to begin with. */
export async function getSuggestions() {
  return (await call("suggestions")).suggestions;
}

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

/** All papers, as DocumentInfo. */
export async function listDocuments() {
  return (await call("documents")).documents;
}

/** A paper's facts and outline, as DocumentDetail. */
export function getDocument(id) {
  return call(`documents/${encodeURIComponent(id)}`);
}

/** The text that offsets count in. */
export async function getText(id) {
  return (await call(`documents/${encodeURIComponent(id)}/text`)).text;
}

/**
 * Uploads one file; one FileOutcome, or one for each file of an archive.
 * `onsent(share)` hears how much has been sent, 0 to 1.
 */
export function uploadFile(file, onsent) {
  const body = new FormData();
  body.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.open("POST", "/api/v1/documents");
    request.upload.onprogress = ({ loaded, total }) => onsent(total ? loaded / total : 0);
    request.upload.onload = () => onsent(1);
    request.onerror = () => reject(new ServiceError(UNREACHABLE, { code: "unreachable" }));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 200 && answer) resolve(answer.files);
      else reject(refusal(request, answer));
    };
    request.send(body);
  });
}

/** Puts the masthead right; `fields` as DocumentCorrection. Returns the DocumentInfo. */
export function correctDocument(id, fields) {
  return call(`documents/${encodeURIComponent(id)}`, { ...json(fields), method: "PATCH" });
}

/** Reads the kept original again; returns the DocumentInfo. */
export function rereadDocument(id) {
  return call(`documents/${encodeURIComponent(id)}/reread`, { method: "POST" });
}

/** Removes a paper and its passages. */
export function deleteDocument(id) {
  return call(`documents/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Who leads what, as ResponsibilityInfo; `filters` are those of the address of the Excel file. */
export async function listDuties(filters, signal) {
  return (await call(`responsibilities?${filters}`, { signal })).responsibilities;
}

/** The evaluations kept, as EvaluationList (service/evaluations.py has these shapes). */
export function listEvaluations() {
  return call("evaluations");
}

/** One evaluation, as EvaluationDetail. */
export function getEvaluation(name) {
  return call(`evaluations/${encodeURIComponent(name)}`);
}

/** The answers that readers rated, as ExchangeInfo. */
export async function listFeedback() {
  return (await call("feedback")).feedback;
}

function json(value) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

async function call(path, options = {}) {
  const response = await reach(`/api/v1/${path}`, options);
  const body = await readJson(response, options.signal);
  if (!response.ok) throw refusal(response, body);
  if (body === null && response.status !== 204 && options.method !== "DELETE") {
    throw new ServiceError("服务返回的内容无法识别，请稍后重试");
  }
  return body;
}

async function reach(url, options) {
  try {
    return await fetch(url, { ...options, headers: { Accept: "application/json", ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError(UNREACHABLE, { code: "unreachable" });
  }
}

/** The body as JSON; null where it is none. A connection lost half-way counts as unreachable. */
async function readJson(response, signal) {
  let text;
  try {
    text = await response.text();
  } catch (error) {
    if (signal && signal.aborted) throw error;
    throw new ServiceError(UNREACHABLE, { code: "unreachable" });
  }
  return parsed(text);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(response, body) {
  const error = body && body.error;
  if (error && error.message) return new ServiceError(error.message, { code: error.code, requestId: error.request_id });
  return new ServiceError(`服务出错（HTTP ${response.status}），请稍后重试`);
}
