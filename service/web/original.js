/** The original file of a paper: a PDF in a tab of its own, anything else is saved. */

import { el } from "./dom.js";

/** The link to the original; a PDF opens at `page`, if one is given. */
export function originalLink({ id, name }, page) {
  const file = `/api/v1/documents/${encodeURIComponent(id)}/file`;
  const pdf = /\.pdf$/i.test(name);
  return el(
    "a",
    {
      class: "button button-quiet",
      href: pdf && page ? `${file}#page=${page}` : file,
      target: pdf && "_blank",
      rel: pdf && "noopener",
      download: !pdf,
      title: pdf ? "在新标签页打开" : "下载到本机",
      "data-testid": "original",
    },
    pdf ? "打开原件" : "下载原件",
  );
}
