/** An evaluation case drafted from a rated answer, checked, and written as a line of JSON. */

const SHORTEST = 8; // characters of a fragment: fewer say too little to a reader of the case
const MOST_FIGURES = 3;
const FIGURE = /\d[\d.,]*\s*(?:%|％|[万亿]?(?:亩|元|家|个|座|人次|人|户|项|公里|平方米|立方米|千瓦|吨|年|月|日|倍|亿|万)?)/g;
const GUESSES = [
  ["D", /什么是|是指|含义|定义|是什么意思/],
  ["R", /牵头|负责|责任单位|主管|配合/],
  ["L", /哪些|哪几/],
  ["P", /谁|组长|主任|联系人/],
  ["N", /多少|几|何时|什么时候|哪年|目标|比例/],
];

/** The fields as the form shows them, those of several lines as arrays; `texts` maps ids to papers. */
export function draftCase({ request_id: request, question, answer, helpful }, earlier, texts) {
  const followsUp = earlier.length > 0 && Boolean(answer.question) && bare(answer.question) !== bare(question);
  const cited = answer.citations.slice(0, 1);
  const names = cited.map(({ document_id: id }) => texts.has(id) && texts.get(id).name).filter(Boolean);
  return {
    id: `feedback-${request.slice(0, 8)}`,
    kind: kindOf(question, followsUp, answer),
    question,
    history: followsUp ? earlier : [],
    docs: names,
    evidence: cited.map((citation) => fragment(citation.quote, texts.get(citation.document_id))),
    answer: helpful ? figures(conclusionOf(answer)) : [],
    reject: [],
  };
}

function kindOf(question, followsUp, { status }) {
  if (status === "no_evidence") return "U";
  if (followsUp) return "M";
  const guess = GUESSES.find(([, words]) => words.test(question));
  return guess ? guess[0] : "N";
}

/** The shortest clause of the quote that the paper has only once; else the quote. */
function fragment(quote, paper) {
  const clauses = quote
    .split(/[，。；：！？\n\t]/)
    .map((clause) => clause.trim())
    .filter((clause) => bare(clause).length >= SHORTEST)
    .sort((a, b) => a.length - b.length);
  const text = paper ? bare(paper.text) : "";
  return clauses.find((clause) => occursOnce(text, bare(clause))) || quote.replace(/\s+/g, " ").trim();
}

function occursOnce(text, words) {
  const first = text.indexOf(words);
  return first >= 0 && text.indexOf(words, first + 1) < 0;
}

/** What is judged of an answer: not that a paper it rests on no longer holds. */
function conclusionOf({ sentences }) {
  return sentences.filter(({ supported, warns }) => supported && !warns).map(({ text }) => text).join("\n");
}

function figures(said) {
  return Array.from(new Set(said.match(FIGURE) || []))
    .map(bare)
    .filter((figure) => figure.length > 1)
    .slice(0, MOST_FIGURES);
}

/** What keeps the case from being used, in the words of the form. */
export function faults(read, texts) {
  const [evidence, history] = [lines(read.evidence), lines(read.history)];
  return [
    !read.id.trim() && "请填写编号。",
    !read.question.trim() && "请填写问题。",
    read.kind !== "U" && !evidence.length && "请填写原文依据；文件中确无依据的，类别改为 U。",
    read.kind === "U" && evidence.length > 0 && "类别是 U（无依据），请清空原文依据，或改用其他类别。",
    read.kind === "M" && !history.length && "类别是 M（追问），请写出先前的提问。",
    ...evidence.filter((words) => !stands(words, texts)).map((words) => `所引文件中没有这段依据：${words}`),
  ].filter(Boolean);
}

/** Whether a cited paper has these words; unknown papers are not held against them. */
function stands(words, texts) {
  return texts.size === 0 || Array.from(texts.values()).some(({ text }) => bare(text).includes(bare(words)));
}

/** The case as eval/answers/cases.py reads it. */
export function caseLine(read) {
  const history = lines(read.history);
  const reject = lines(read.reject);
  return JSON.stringify({
    id: read.id.trim(),
    kind: read.kind,
    docs: lines(read.docs),
    question: read.question.trim(),
    ...(history.length ? { history } : {}),
    evidence: lines(read.evidence),
    answer: lines(read.answer).map(alternatives).filter((group) => group.length),
    ...(reject.length ? { reject } : {}),
  });
}

function alternatives(line) {
  return line
    .split(/[|｜]/)
    .map((words) => words.trim())
    .filter(Boolean);
}

function lines(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function bare(text) {
  return text.replace(/\s+/g, "");
}
