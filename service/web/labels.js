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

/** What to warn of where a paper no longer holds; empty where nothing speaks against it. */
export function validityWarning(validity) {
  return { repealed: "已废止", replaced: "已被新文件替代", expired: "已过有效期" }[validity] || "";
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
