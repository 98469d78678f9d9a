/**
 * Code in colours, where its language has them. What knows languages is fetched with the first code that one meets:
 * until it is there, or where it cannot be had, code is plain, which says the same.
 */

/** @type {typeof import("chat/highlight.js").highlight | null} */
let highlight = null;
/** @type {Promise<void> | null} */
let coming = null;

/** @returns {Promise<void>} */
export function loadColours() {
  coming ??= import("chat/highlight.js").then((module) => {
    highlight = module.highlight;
  }).catch((error) => {
    coming = null; // the next code tries again
    throw error;
  });
  return coming;
}

/**
 * @param {Node} code an empty element
 * @param {string} text
 * @param {string} language
 * @param {Document} document
 */
export function fillCode(code, text, language, document) {
  if (highlight && paint(code, text, language, document)) return;
  const plain = code.appendChild(document.createTextNode(text));
  if (highlight || language === "") return;
  loadColours().then(() => {
    if (paint(code, text, language, document)) code.removeChild(plain);
  }).catch(() => {});
}

/** @param {Node} code @param {string} text @param {string} language @param {Document} document */
function paint(code, text, language, document) {
  const parts = highlight?.(text, language);
  for (const { kind, text } of parts ?? []) {
    const words = document.createTextNode(text);
    if (kind === "") {
      code.appendChild(words);
      continue;
    }
    const span = document.createElement("span");
    span.setAttribute("class", `code-${kind}`);
    span.appendChild(words);
    code.appendChild(span);
  }
  return Array.isArray(parts);
}
