/**
 * Lays a paper out: headings, paragraphs and table rows, the cited span in
 * <mark>. The article's textContent is the paper's text, character for character.
 */

import { el } from "./dom.js";
import { cutLines } from "./lines.js";
import { codePointOffsets } from "./offsets.js";

// A block is skipped by the browser until it is near the screen (content-visibility),
// which is what lets a paper of 500,000 characters open at once.
const BLOCK_CHARACTERS = 4000;
const BLOCK_LINES = 60;
const TITLE_LINES = 15;

/**
 * Returns the article, the marks of `span` ({start, end} in code points) and
 * the headings by section number. `width` in pixels serves to guess heights.
 */
export function layOut({ text, sections, title }, span, width) {
  const toUnits = codePointOffsets(text);
  const drawing = { text, from: toUnits(span.start), to: toUnits(span.end), marks: [], headings: new Map() };
  const pieces = markTitle(cutLines(text, sections, toUnits), text, title);
  const article = el("article", { class: "paper", "data-testid": "paper" });
  for (const block of blocks(pieces)) article.append(drawBlock(drawing, block, width));
  return { article, marks: drawing.marks, headings: drawing.headings };
}

/** The lines near the top that make up the title are set like one. */
function markTitle(pieces, text, title) {
  const wanted = title.replace(/\s/g, "");
  for (const piece of pieces.slice(0, TITLE_LINES)) {
    const line = text.slice(piece.start, piece.end).replace(/\s/g, "");
    if (piece.kind === "paragraph" && line.length > 3 && wanted.includes(line)) piece.kind = "title";
  }
  return pieces;
}

/** Groups pieces into blocks; a table is not cut unless it is long. */
function* blocks(pieces) {
  let block = [];
  let characters = 0;
  for (const piece of pieces) {
    const full = characters > BLOCK_CHARACTERS || block.length >= BLOCK_LINES;
    const insideTable = piece.kind === "row" && block.length < 4 * BLOCK_LINES;
    if (full && !insideTable) {
      yield block;
      block = [];
      characters = 0;
    }
    block.push(piece);
    characters += piece.end - piece.start;
  }
  if (block.length) yield block;
}

function drawBlock(drawing, pieces, width) {
  const block = el("div", { class: "paper-block" });
  let table = null;
  for (const piece of pieces) {
    if (piece.kind !== "row") table = null;
    else if (!table)
      block.append(
        // A wide table scrolls by itself, with the keyboard too.
        el(
          "div",
          { class: "paper-table-frame", tabindex: "0", role: "group", "aria-label": "表格" },
          (table = el("div", { class: "paper-table", role: "table" })),
        ),
      );
    (table || block).append(drawPiece(drawing, piece));
  }
  const cited =
    drawing.from < drawing.to && drawing.from < pieces[pieces.length - 1].end && drawing.to > pieces[0].start;
  if (cited) block.classList.add("is-drawn");
  block.style.containIntrinsicSize = `1px ${guessHeight(pieces, width)}px`;
  return block;
}

function drawPiece(drawing, piece) {
  const node = piece.kind === "row" ? drawRow(drawing, piece) : drawLine(drawing, piece);
  for (const section of piece.sections) drawing.headings.set(section, node);
  return node;
}

function drawLine(drawing, piece) {
  const node = el("p", { class: `paper-${piece.kind}` });
  if (piece.kind === "heading") drawHeading(drawing, piece, node);
  else write(drawing, node, piece.start, piece.end);
  return node;
}

function drawHeading(drawing, piece, node) {
  const name = el("span", { class: "heading-name", role: "heading", "aria-level": piece.level + 2 });
  write(drawing, name, piece.start, piece.headingEnd);
  node.append(name);
  node.classList.add(`level-${piece.level}`);
  node.classList.toggle("runs-on", piece.headingEnd < piece.end);
  write(drawing, node, piece.headingEnd, piece.end);
}

/** A tab stays at the end of its cell, so that no character of the text is lost. */
function drawRow(drawing, { start, end }) {
  const row = el("div", { class: "paper-row", role: "row" });
  const line = drawing.text.slice(start, end);
  for (let from = 0; from < line.length;) {
    const tab = line.indexOf("\t", from);
    const to = tab < 0 ? line.length : tab + 1;
    const cell = el("span", { class: "paper-cell", role: "cell" });
    write(drawing, cell, start + from, start + to);
    row.append(cell);
    from = to;
  }
  return row;
}

/** Writes `[start, end)` of the text into `parent`, marking what is cited. */
function write(drawing, parent, start, end) {
  const from = Math.min(Math.max(drawing.from, start), end);
  const to = Math.max(Math.min(drawing.to, end), from);
  if (from > start) parent.append(drawing.text.slice(start, from));
  if (to > from) {
    const mark = el("mark", { "data-testid": "mark" }, drawing.text.slice(from, to));
    drawing.marks.push(mark);
    parent.append(mark);
  }
  if (end > to) parent.append(drawing.text.slice(to, end));
}

function guessHeight(pieces, width) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const [line, gap] = [1.9 * size, 10];
  const perLine = Math.max(8, Math.floor(width / size));
  return pieces.reduce((sum, { start, end }) => sum + Math.ceil((end - start) / perLine) * line + gap, 0);
}
