/** The conclusion as paragraphs of sentences, for the page and for the clipboard. */

/**
 * Groups an answer's sentences into paragraphs, at the line breaks that
 * `answer` has between them. An answer without sentences is one sentence.
 */
export function paragraphs({ answer, sentences }) {
  if (!sentences.length) return [[{ text: answer, citations: [], supported: true }]];
  const grouped = [[]];
  let position = 0;
  for (const sentence of sentences) {
    const found = answer.indexOf(sentence.text, position);
    const breaks = found >= 0 && answer.slice(position, found).includes("\n");
    if (breaks && grouped[grouped.length - 1].length) grouped.push([]);
    grouped[grouped.length - 1].push(sentence);
    if (found >= 0) position = found + sentence.text.length;
  }
  return grouped;
}
