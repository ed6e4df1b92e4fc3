/**
 * Cuts a paper's text into the pieces it is laid out in. Nothing is left out:
 * the pieces joined are the text, blank lines going with the line before.
 */

/** A piece: `[start, end)` in UTF-16 units, its kind, and the sections that begin in it. */
export function cutLines(text, sections, toUnits) {
  const starts = sections
    .map((section, index) => ({ at: toUnits(section.start), section, index }))
    .sort((a, b) => a.at - b.at || a.index - b.index);
  const pieces = [];
  let next = 0;
  for (const [start, end] of lineSpans(text)) {
    const begins = [];
    while (next < starts.length && starts[next].at < end) begins.push(starts[next++]);
    pieces.push(describe(text.slice(start, end), start, end, begins));
  }
  return pieces;
}

/** Each line that has something on it, with the blank lines after it. */
function* lineSpans(text) {
  let start = 0;
  let position = 0;
  let filled = false;
  while (position < text.length) {
    const found = text.indexOf("\n", position);
    const end = found < 0 ? text.length : found + 1;
    const blank = text.slice(position, end).trim() === "";
    if (!blank && filled) {
      yield [start, position];
      start = position;
    }
    filled = filled || !blank;
    position = end;
  }
  if (start < text.length) yield [start, text.length];
}

/** A section may begin within a line (“……。储运：重点推进……”), which then is no heading. */
function describe(line, start, end, begins) {
  const leads = begins.length && !line.slice(0, Math.max(begins[0].at - start, 0)).trim();
  const level = leads ? Math.min(Math.max(begins[0].section.level, 1), 5) : 0;
  const kind = level ? "heading" : line.trim().includes("\t") ? "row" : "paragraph";
  const headingEnd = level ? start + headingLength(line, begins[0].section.path) : start;
  return { start, end, kind, level, headingEnd, sections: begins.map(({ index }) => index) };
}

/**
 * How much of a line is its heading: all of it, or, where the sentence runs on
 * (“（一）加强领导。成立……”), what the section's name covers, white space aside.
 */
function headingLength(line, path) {
  const name = (path.length ? path[path.length - 1] : "").replace(/\s/g, "");
  let matched = 0;
  let position = 0;
  for (; position < line.length && matched < name.length; position++) {
    if (/\s/.test(line[position])) continue;
    if (line[position] !== name[matched]) return line.length;
    matched++;
  }
  return matched && line.slice(position).trim() ? position : line.length;
}
