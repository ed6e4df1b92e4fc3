/** How papers, sections and answers are named to the user. */

export const AI_LABEL = "人工智能生成，仅供参考";
export const NO_EVIDENCE = "未找到依据";

/** 《title》, unless the title brings its own marks. */
export function bookTitle(title) {
  return /^《[^《》]*》$/.test(title) ? title : `《${title}》`;
}

/** “三、… › （九）…” */
export function sectionPath(section) {
  return section.join(" › ");
}

/** 发文字号, section and page of a citation, those it has. */
export function whereabouts({ document_number: number, section, page }) {
  return [number, sectionPath(section), page == null ? "" : `第 ${page} 页`].filter(Boolean);
}

/** The service's warning that a paper no longer holds, as it stands beside words of it; empty where there is none. */
export function standingNote({ warning }) {
  return warning ? `注意：${warning}` : "";
}

/** The same as a sentence of its own, which names the paper. */
export function standingSentence({ title, document_number: number, warning }) {
  return warning ? `注意：${bookTitle(title)}${number ? `（${number}）` : ""}${warning}。` : "";
}

/** The source a citation points to. */
export function sourceOf({ document_id: documentId, start, end, page }) {
  return { documentId, start, end, page };
}

/** “2024年5月26日” for an ISO date; whatever else it is stays. */
export function dateLabel(date) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  return parts ? `${parts[1]}年${Number(parts[2])}月${Number(parts[3])}日` : date;
}

/** What wrote the answer. */
export function writtenBy({ ai_generated: written, model, backend }) {
  return written ? model || backend : "原文摘录";
}
