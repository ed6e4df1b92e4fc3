/** Calls to the service: what asking and reading a source need (service/schemas.py has the shapes). */

import { serverEvents } from "./stream.js";

export const UNREACHABLE = "无法连接服务，请检查服务是否在运行";

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

/** A paper's facts and outline, as DocumentDetail. */
export function getDocument(id) {
  return call(`documents/${encodeURIComponent(id)}`);
}

/** The text that offsets count in. */
export async function getText(id) {
  return (await call(`documents/${encodeURIComponent(id)}/text`)).text;
}

/** The options of a call that sends a value. */
export function json(value) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/** What the service answers at a path below /api/v1/; null where that is nothing. */
export async function call(path, options = {}) {
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

/** A text as JSON; null where it is none. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The error that a response with this body tells of. */
export function refusal(response, body) {
  const error = body && body.error;
  if (error && error.message) return new ServiceError(error.message, { code: error.code, requestId: error.request_id });
  return new ServiceError(`服务出错（HTTP ${response.status}），请稍后重试`);
}
