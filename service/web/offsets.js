/**
 * The service counts Unicode code points; JavaScript strings count UTF-16
 * units, two for each character beyond U+FFFF (𠮷). Returns a function from
 * an offset in code points of `text` to the offset in units.
 */
export function codePointOffsets(text) {
  const wide = [];
  const pair = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
  for (let match = pair.exec(text); match; match = pair.exec(text)) wide.push(match.index - wide.length);
  return (offset) => Math.min(offset + countBelow(wide, offset), text.length);
}

/** How many numbers of the ascending list are below `limit`. */
function countBelow(ascending, limit) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
