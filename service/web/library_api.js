/** Calls of the pages about papers, duties and evaluation (service/schemas.py has the shapes). */

import { ServiceError, UNREACHABLE, call, json, parsed, refusal } from "./api.js";

/** All papers, as DocumentInfo. */
export async function listDocuments() {
  return (await call("documents")).documents;
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
