/** What the viewer shows of a paper: its head, masthead facts, outline and text. */

import { el, icon } from "./dom.js";
import { dateLabel, validityWarning } from "./labels.js";
import { layOut } from "./paper.js";
import { goToSource } from "./routes.js";

/** The viewer's head: the title, which takes the focus, and the buttons. */
export function sourceHead(title, onclose, mark) {
  return el(
    "header",
    { class: "viewer-head" },
    el("h2", { class: "viewer-title", id: "viewer-title", tabindex: "-1" }, title),
    mark && iconButton("target", "回到引文", () => bringInto(mark, "center"), { "data-testid": "back-to-mark" }),
    iconButton("close", "关闭原文（Esc）", onclose, { "data-testid": "close-viewer" }),
  );
}

/** Facts, outline and text of a paper, and the first mark of the cited span, if it has one. */
export function sourceBody(paper, span, width) {
  const { article, marks, headings } = layOut(paper, span, width);
  const body = el(
    "div",
    { class: "viewer-scroll", tabindex: "0", role: "region", "aria-label": "文件全文" },
    facts(paper),
    outline(paper.sections, headings),
    article,
  );
  return { body, mark: marks[0] };
}

/** Scrolls to a node. Blocks near it get their true height only once they are near the screen: go there twice. */
export function bringInto(node, block) {
  const go = () => node.isConnected && node.scrollIntoView({ block });
  go();
  requestAnimationFrame(() => requestAnimationFrame(go));
}

function iconButton(name, label, onclick, attributes) {
  const named = { type: "button", class: "icon-button", "aria-label": label, title: label };
  return el("button", { ...named, onclick, ...attributes }, icon(name));
}

function facts(paper) {
  const rows = [
    ["发文机关", paper.issuer],
    ["发文字号", paper.document_number],
    ["成文日期", dateLabel(paper.date)],
    ["印发日期", dateLabel(paper.printed)],
    ["主送机关", paper.addressee],
    ["附件", paper.attachments.join("；")],
    ["施行日期", dateLabel(paper.effective)],
    ["有效期至", dateLabel(paper.valid_until)],
    ["效力", validityWarning(paper.validity)],
    ["依据", endedBy(paper)],
    ["适用地区", paper.region],
    ["文件名", paper.name],
    ["页数", paper.pages || ""],
    ["字符数", paper.characters.toLocaleString("zh-CN")],
  ];
  const known = rows.filter(([, value]) => value);
  const list = known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el("dl", { class: "facts", "data-testid": "facts" }, list);
}

/** The words that end a paper, as a link to where they stand. */
function endedBy(paper) {
  if (!paper.validity_by) return "";
  const there = { documentId: paper.validity_by, start: paper.validity_start, end: paper.validity_end };
  return el("button", { type: "button", class: "ended-by", onclick: () => goToSource(there) }, paper.validity_quote);
}

function outline(sections, headings) {
  if (!sections.length) return null;
  const entry = ({ path, level }, index) => {
    const heading = headings.get(index);
    const go = () => heading && bringInto(heading, "start");
    const name = path[path.length - 1] || "（无标题）";
    return el("li", { class: `level-${Math.min(level, 5)}` }, el("button", { type: "button", onclick: go }, name));
  };
  const summary = el("summary", {}, `目录（${sections.length}）`);
  return el("details", { class: "outline", "data-testid": "outline" }, summary, el("ol", {}, sections.map(entry)));
}
