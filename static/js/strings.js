/** What the page says in the reader's language: the page carries it (chat/strings.py). */

/** @typedef {Record<string, string | { one: string, many: string }>} Catalogue */

// What is written from right to left, in the blocks that Unicode keeps for it.
const TURNING = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** @type {Catalogue} */
let catalogue = {};
let numbers = new Intl.NumberFormat("en");
let plurals = new Intl.PluralRules("en");

/** @param {Catalogue} strings @param {string} [locale] whose numbers and plurals they are written with */
export function setStrings(strings, locale = "en") {
  catalogue = strings;
  numbers = new Intl.NumberFormat(locale);
  plurals = new Intl.PluralRules(locale);
}

/**
 * A text by its name, with `%(param)s` filled in, numbers as the reader writes them; one that counts has its number
 * in `n`.
 * @param {string} name
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function t(name, params = {}) {
  const entry = catalogue[name] ?? name;
  const text = typeof entry === "string" ? entry : entry[formFor(Number(params.n))];
  return text.replace(
    /%\((\w+)\)s|%%/g,
    (mark, param) => mark === "%%" ? "%" : written(params[param]),
  );
}

/** Whether there is a text of this name. @param {string} name */
export function has(name) {
  return name in catalogue;
}

/** Text whose writing direction cannot turn its neighbours around (Unicode's FSI … PDI). @param {string} text */
export function isolated(text) {
  return `\u2068${text}\u2069`;
}

/** The same for a title or a placeholder, which is compared: only where it would turn something. @param {string} text */
export function isolatedIfTurning(text) {
  return TURNING.test(text) ? isolated(text) : text;
}

/** @param {number} n @returns {"one" | "many"} */
function formFor(n) {
  return plurals.select(n) === "one" ? "one" : "many";
}

/** @param {string | number} value */
function written(value) {
  return typeof value === "number" ? numbers.format(value) : String(value);
}
