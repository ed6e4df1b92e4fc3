/** Calls to the service (service/contract.py has the shapes). */

const UNREACHABLE = "无法连接服务，请检查服务是否在运行";

/** A call that failed; `message` is for the user, in Chinese. */
export class ServiceError extends Error {
  constructor(message, { code = "", requestId = "" } = {}) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

/** Answers a question; `signal` stops the wait. */
export function ask(question, history, signal) {
  return call("answer", { ...json({ question, history }), signal });
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

/** Uploads files; one FileOutcome each. */
export async function uploadFiles(files) {
  const body = new FormData();
  for (const file of files) body.append("files", file, file.name);
  return (await call("documents", { method: "POST", body })).files;
}

/** Removes a paper and its passages. */
export function deleteDocument(id) {
  return call(`documents/${encodeURIComponent(id)}`, { method: "DELETE" });
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
