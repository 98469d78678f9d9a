/** Puts marks around what is selected in a text, or takes them away, as if they had been typed. */

import { replaceUndoably } from "chat/components/undoable.js";
import { changeOf, format } from "chat/formatting.js";

/** @import { Kind } from "chat/formatting.js" */

/** @param {HTMLTextAreaElement} element @param {Kind} kind */
export function mark(element, kind) {
  const { value: text, selectionStart: start, selectionEnd: end } = element;
  const after = format(kind, { text, start, end });
  if (after.text !== text) {
    const { from, to, insert } = changeOf(text, after.text);
    replaceUndoably(element, insert, from, to);
  }
  element.focus();
  element.setSelectionRange(after.start, after.end);
}
