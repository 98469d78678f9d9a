/**
 * Code in colours. The page does it and not the server: there it would cost every sender behind the one thread
 * that stores messages, and here it is only a matter of looks. Each language is one pattern that goes once over
 * the text, without going back; what has no pattern, or too many parts, stays plain.
 */

/** @typedef {{ kind: "" | "comment" | "string" | "number" | "word" | "name" | "added" | "gone", text: string }} Part */

const MAX_PARTS = 3_000;

const STRING = String.raw`"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?`;
const NUMBER = String.raw`\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\b`;
const WORD = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const SLASHES = String.raw`\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)`;
const HASH = String.raw`#[^\n]*`;

const C = words(
  `abstract as async await bool boolean break case catch char class const continue default defer
  delete do double else enum export extends extern false final finally float fn for from func function go goto if
  impl implements import in instanceof int interface is let long loop match mod mut namespace new nil null nullptr
  of operator override package private protected pub public readonly return self short signed sizeof static struct
  super switch template this throw throws trait true try type typedef typeof undefined union unsafe unsigned use
  using var virtual void volatile when where while with yield val`,
);
const SCRIPT = words(
  `and as assert async await begin break case class continue def del do done elif else elsif end
  ensure esac except exec exit export false False fi finally for from function global if import in is lambda local
  match module next nil None nonlocal not or pass raise redo require rescue return self set source then true True
  try undef unless until when while with yield`,
);
const SQL = words(
  `add all alter and as asc begin between by case check column commit constraint create cross default
  delete desc distinct drop else end exists explain false foreign from full group having if in index inner insert
  into is join key left like limit not null offset on or order outer over partition primary references returning
  right rollback select set table then transaction true union unique update using values view when where with`,
);
const DATA = words("true false null yes no on off");

/** @typedef {{ pattern: RegExp, words: Set<string>, isCaseless?: boolean }} Language */

/** @type {Record<string, Language>} */
const FAMILIES = {
  c: language({ comment: SLASHES, string: `${STRING}|\`(?:[^\`\\\\]|\\\\[^])*\`?` }, C),
  script: language({
    comment: HASH,
    string: String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|` + STRING,
  }, SCRIPT),
  sql: { ...language({ comment: `--[^\\n]*|${SLASHES}`, string: STRING }, SQL), isCaseless: true },
  data: language({ comment: `${HASH}|;[^\\n]*`, string: STRING }, DATA),
  json: language({ string: STRING }, DATA),
  markup: language({
    comment: "<!--[^]*?(?:-->|$)",
    name: String.raw`<\/?[\w:-]+|\/?>`,
    string: STRING,
  }, new Set()),
  css: language(
    { comment: SLASHES, string: STRING, name: String.raw`[.#@:]{1,2}[\w-]+` },
    new Set(),
  ),
  diff: language({
    name: "^(?:@@|diff |index |--- |\\+\\+\\+ )[^\\n]*",
    added: "^\\+[^\\n]*",
    gone: "^-[^\\n]*",
  }),
};

/** @type {Record<string, string>} */
const NAMES = {
  c: "c cpp c++ h hpp cs csharp dart go java js javascript jsx kotlin kt mjs php rs rust scala swift ts tsx typescript",
  script:
    "bash ksh make makefile dockerfile perl pl powershell ps1 py python r rb ruby sh shell zsh",
  sql: "sql mysql postgresql postgres sqlite psql",
  data: "conf ini properties toml yaml yml",
  json: "json jsonc",
  markup: "html svg vue xml",
  css: "css scss less",
  diff: "diff patch",
};
const BY_NAME = new Map(
  Object.entries(NAMES).flatMap(([family, names]) =>
    names.split(" ").map((name) => [name, FAMILIES[family]])
  ),
);

/** A text's parts, which joined are the text; null where it stays plain. @param {string} text @param {string} name of its language @returns {Part[] | null} */
export function highlight(text, name) {
  const found = BY_NAME.get(name.toLowerCase());
  if (!found) return null;
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(found.pattern)) {
    const kind = kindOf(match, found);
    if (kind === "") continue;
    if (match.index > end) parts.push({ kind: "", text: text.slice(end, match.index) });
    parts.push({ kind, text: match[0] });
    end = match.index + match[0].length;
    if (parts.length > MAX_PARTS) return null;
  }
  if (end < text.length) parts.push({ kind: "", text: text.slice(end) });
  return parts;
}

/** @param {RegExpMatchArray} match @param {Language} language @returns {Part["kind"]} */
function kindOf({ 0: text, groups = {} }, { words, isCaseless }) {
  const kind = Object.keys(groups).find((name) => groups[name] !== undefined) ?? "";
  if (kind !== "word") return /** @type {Part["kind"]} */ (kind);
  return words.has(isCaseless ? text.toLowerCase() : text) ? "word" : "";
}

/** @param {Record<string, string>} kinds by name, in the order in which they are tried @param {Set<string>} [words] @returns {Language} */
function language(kinds, words = new Set()) {
  const all = words.size > 0 ? { ...kinds, number: NUMBER, word: WORD } : kinds;
  const groups = Object.entries(all).map(([kind, pattern]) => `(?<${kind}>${pattern})`);
  return { pattern: new RegExp(groups.join("|"), "gmu"), words };
}

/** @param {string} list */
function words(list) {
  return new Set(list.split(/\s+/));
}
