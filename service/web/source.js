/** What the viewer shows of a paper: its head, standing, masthead facts, outline and text. */

import { el, icon } from "./dom.js";
import { dateLabel, standingSentence } from "./labels.js";
import { originalLink } from "./original.js";
import { layOut } from "./paper.js";
import { onlyAddress } from "./routes.js";
import { sourceLink } from "./source_link.js";

/**
 * The viewer's head: the title, which takes the focus, and the buttons. Once
 * the paper is there: the `paper`, the cited `page` or 0, the first `mark`,
 * and what is cited `around` it (see neighbours.js).
 */
export function sourceHead(title, onclose, { paper, page, mark, around } = {}) {
  return el(
    "header",
    { class: "viewer-head" },
    el(
      "div",
      { class: "viewer-name" },
      el("h2", { class: "viewer-title", id: "viewer-title", tabindex: "-1" }, title),
      iconButton("close", "关闭原文（Esc）", onclose, { "data-testid": "close-viewer" }),
    ),
    paper &&
      el(
        "div",
        { class: "viewer-bar", role: "group", "aria-label": "引文和原件" },
        around && steps(around),
        mark &&
          el(
            "button",
            { type: "button", class: "button button-quiet", onclick: () => bringInto(mark, "center"), "data-testid": "back-to-mark" },
            icon("target"),
            "回到引文",
          ),
        !mark && el("a", { class: "button button-quiet", href: onlyAddress(paper.id), "data-testid": "ask-only" }, "只问这份"),
        page > 0 && el("span", { class: "viewer-page", "data-testid": "cited-page" }, `第 ${page} 页`),
        originalLink(paper, page),
      ),
  );
}

/** Previous and next citation, and which of how many this is. */
function steps({ at, count, before, after }) {
  const step = (name, label, go) =>
    iconButton("next", label, go, { "data-step": name, "data-testid": `${name}-citation`, disabled: !go });
  return el(
    "span",
    { class: "viewer-steps" },
    step("previous", "上一条引文", before),
    el("span", { class: "viewer-at", "data-testid": "citation-at", "aria-label": `第 ${at} 条引文，共 ${count} 条` }, `${at} / ${count}`),
    step("next", "下一条引文", after),
  );
}

/** Standing, facts, outline and text of a paper, and the first mark of the cited span, if it has one. */
export function sourceBody(paper, span, width) {
  const { article, marks, headings } = layOut(paper, span, width);
  const body = el(
    "div",
    { class: "viewer-scroll", tabindex: "0", role: "region", "aria-label": "文件全文", "data-warning": standingSentence(paper) },
    warning(paper),
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

/** That the paper no longer holds, and the words that say so as a link to where they stand. */
function warning({ warning: words, validity_by: by, validity_start: start, validity_end: end, validity_quote: quote }) {
  if (!words) return null;
  const there = { documentId: by, start, end };
  return el(
    "div",
    { class: "viewer-warning", role: "note", "data-testid": "viewer-warning" },
    el("p", {}, `注意：这份文件${words}，请勿作为现行依据。`),
    by && el("p", {}, "依据：", sourceLink(there, { class: "ended-by" }, quote)),
  );
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
    ["效力", paper.validity === "valid" ? "有效" : paper.warning],
    ["适用地区", paper.region],
    ["文件名", paper.name],
    ["页数", paper.pages || ""],
    ["字符数", paper.characters.toLocaleString("zh-CN")],
  ];
  const known = rows.filter(([, value]) => value);
  const list = known.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el("dl", { class: "facts", "data-testid": "facts" }, list);
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
