/** What the page says in the reader's language: the page carries it (chat/strings.py). */

/** @typedef {Record<string, string | { one: string, many: string }>} Catalogue */

/** @type {Catalogue} */
let catalogue = {};

/** @param {Catalogue} strings */
export function setStrings(strings) {
  catalogue = strings;
}

/**
 * A text by its name, with `%(param)s` filled in; one that counts has its number in `n`.
 * @param {string} name
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function t(name, params = {}) {
  const entry = catalogue[name] ?? name;
  const text = typeof entry === "string" ? entry : params.n === 1 ? entry.one : entry.many;
  return text.replace(
    /%\((\w+)\)s|%%/g,
    (mark, param) => mark === "%%" ? "%" : String(params[param]),
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
