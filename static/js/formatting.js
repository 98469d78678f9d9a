/**
 * Marks around what is selected in a text, as chat/richtext reads them: put there, or taken away where they are
 * already. No DOM.
 *
 * A mark holds within its paragraph only, has to touch the words, and stands behind the sign of a list or a quote;
 * so of a selection each line is marked by itself, without the blank at its ends.
 */

/** @typedef {"bold" | "italic" | "strike" | "code" | "link"} Kind */
/** @typedef {{ text: string, start: number, end: number }} Selected */
/** @typedef {{ from: number, to: number }} Span */
/** @typedef {Span & { insert: string, inner: number }} Piece what is put in; `inner` is how far the words are inside it */

/** @type {Record<string, string>} `*` and not `_`, which means nothing between Chinese characters */
const SIGNS = { bold: "**", italic: "*", strike: "~~", code: "`" };
const BLOCK_SIGN = /^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]+)*/;
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

/** @param {Kind} kind @param {Selected} selected @returns {Selected} */
export function format(kind, selected) {
  const { text, start, end } = selected;
  const words = trimmed(text, { from: start, to: end });
  if (kind === "link") return linked(text, words);
  if (words.from === words.to) return atCaret(kind, text, start);
  if (kind === "code") return coded(text, words);
  return marked(kind, text, words);
}

/** The one stretch in which two texts differ, and what stands there in the second. @param {string} before @param {string} after */
export function changeOf(before, after) {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let rest = 0;
  while (rest < most - from && before.at(-1 - rest) === after.at(-1 - rest)) rest += 1;
  return { from, to: before.length - rest, insert: after.slice(from, after.length - rest) };
}

// ---- marks

/** @param {Kind} kind @param {string} text @param {Span} selection @returns {Selected} */
function marked(kind, text, selection) {
  const sign = SIGNS[kind];
  const spans = linesOf(text, selection);
  const bare = spans.filter((span) => !isInside(kind, text, span) && !isAround(kind, text, span));
  const pieces = bare.length > 0
    ? bare.map((span) => wrapped(text, span, sign))
    : spans.map((span) => unwrapped(kind, text, span));
  return put(text, pieces);
}

/** @param {string} text @param {Span} span @param {string} sign @returns {Piece} */
function wrapped(text, { from, to }, sign) {
  return { from, to, insert: sign + text.slice(from, to) + sign, inner: sign.length };
}

/** @param {Kind} kind @param {string} text @param {Span} span @returns {Piece} */
function unwrapped(kind, text, { from, to }) {
  const { length } = SIGNS[kind];
  if (isInside(kind, text, { from, to })) {
    return { from, to, insert: text.slice(from + length, to - length), inner: 0 };
  }
  return { from: from - length, to: to + length, insert: text.slice(from, to), inner: 0 };
}

/** The words of one piece stay selected; of several, all that lies between the first and the last. @param {string} text @param {Piece[]} pieces @returns {Selected} */
function put(text, pieces) {
  let result = "";
  let at = 0;
  for (const { from, to, insert } of pieces) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  const inner = pieces.length === 1 ? pieces[0].inner : 0;
  const end = result.length - inner;
  const start = pieces.length === 1 ? end - pieces[0].insert.length + 2 * inner : pieces[0].from;
  return { text: result + text.slice(at), start, end };
}

/** Nothing is selected: a pair to write in, which goes again as it came; at the end of what is marked, out of it. @param {Kind} kind @param {string} text @param {number} caret @returns {Selected} */
function atCaret(kind, text, caret) {
  const sign = SIGNS[kind];
  const { length } = sign;
  const before = runBefore(text, caret, sign[0]);
  const after = runAfter(text, caret, sign[0]);
  if (holds(kind, Math.min(before, after))) {
    const rest = text.slice(0, caret - length) + text.slice(caret + length);
    return { text: rest, start: caret - length, end: caret - length };
  }
  const isAtEnd = holds(kind, after) && before === 0 && /\S$/.test(text.slice(0, caret));
  if (isAtEnd) return { text, start: caret + length, end: caret + length };
  const pair = text.slice(0, caret) + sign + sign + text.slice(caret);
  return { text: pair, start: caret + length, end: caret + length };
}

// ---- whether they are there

/** Whether the words begin and end with the mark. @param {Kind} kind @param {string} text @param {Span} span */
function isInside(kind, text, { from, to }) {
  const sign = SIGNS[kind][0];
  const run = Math.min(runAfter(text, from, sign), runBefore(text, to, sign));
  return to - from > 2 * run && holds(kind, run);
}

/** Whether the mark stands around the words. @param {Kind} kind @param {string} text @param {Span} span */
function isAround(kind, text, { from, to }) {
  const sign = SIGNS[kind][0];
  return holds(kind, Math.min(runBefore(text, from, sign), runAfter(text, to, sign)));
}

/** `***` is both of the two that are made of stars. @param {Kind} kind @param {number} run of its sign */
function holds(kind, run) {
  if (kind === "bold") return run === 2 || run === 3;
  if (kind === "italic") return run === 1 || run === 3;
  return run === SIGNS[kind].length;
}

/** @param {string} text @param {number} at @param {string} sign */
function runBefore(text, at, sign) {
  let run = 0;
  while (at - run > 0 && text[at - run - 1] === sign) run += 1;
  return run;
}

/** @param {string} text @param {number} at @param {string} sign */
function runAfter(text, at, sign) {
  let run = 0;
  while (text[at + run] === sign) run += 1;
  return run;
}

// ---- code

/** In a line, or as a block of lines. @param {string} text @param {Span} words @returns {Selected} */
function coded(text, words) {
  const code = text.slice(words.from, words.to);
  if (code.includes("\n")) return fenced(text, words);
  const isOn = isInside("code", text, words) || isAround("code", text, words);
  if (isOn) return put(text, [unwrapped("code", text, words)]);
  if (!code.includes("`")) return put(text, [wrapped(text, words, "`")]);
  const sign = "`".repeat(longestRun(code) + 1);
  return put(text, [{ ...words, insert: `${sign} ${code} ${sign}`, inner: sign.length + 1 }]);
}

/** @param {string} text @param {Span} words @returns {Selected} */
function fenced(text, { from, to }) {
  const code = text.slice(from, to);
  const [, inside] = /^```\n([^]*)\n```$/.exec(code) ?? [];
  if (inside !== undefined) return put(text, [{ from, to, insert: inside, inner: 0 }]);
  if (text.slice(0, from).endsWith("```\n") && text.startsWith("\n```", to)) {
    return put(text, [{ from: from - 4, to: to + 4, insert: code, inner: 0 }]);
  }
  const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
  const before = from > 0 && text[from - 1] !== "\n" ? "\n" : "";
  const after = to < text.length && text[to] !== "\n" ? "\n" : "";
  const start = from + before.length + fence.length + 1;
  const block = `${before}${fence}\n${code}\n${fence}${after}`;
  const result = text.slice(0, from) + block + text.slice(to);
  return { text: result, start, end: start + code.length };
}

/** @param {string} code */
function longestRun(code) {
  return Math.max(0, ...(code.match(/`+/g) ?? []).map(({ length }) => length));
}

// ---- links

/** What is missing, label or address, is where one writes on. @param {string} text @param {Span} words @returns {Selected} */
function linked(text, { from, to }) {
  const label = text.slice(from, to);
  const isAddress = ADDRESS.test(label);
  const link = isAddress ? `[](${label})` : `[${label}]()`;
  const at = isAddress || label === "" ? from + 1 : from + link.length - 1;
  return { text: text.slice(0, from) + link + text.slice(to), start: at, end: at };
}

// ---- selections

/** Without the blank at its ends; where there is nothing else, nothing, where it began. @param {string} text @param {Span} span @returns {Span} */
function trimmed(text, { from, to }) {
  const words = text.slice(from, to);
  const start = from + words.length - words.trimStart().length;
  return words.trim() === ""
    ? { from, to: from }
    : { from: start, to: start + words.trim().length };
}

/** @param {string} text @param {Span} selection @returns {Span[]} */
function linesOf(text, { from, to }) {
  const spans = [];
  let at = from;
  for (const line of text.slice(from, to).split("\n")) {
    const isWhole = at === 0 || text[at - 1] === "\n";
    const sign = isWhole ? BLOCK_SIGN.exec(line)?.[0].length ?? 0 : 0;
    spans.push(trimmed(text, { from: at + sign, to: at + line.length }));
    at += line.length + 1;
  }
  return spans.filter((span) => span.from < span.to);
}
