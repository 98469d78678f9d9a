/**
 * Replaces a stretch of what is written, as if it had been typed: the browser's Undo takes it back. Only this
 * command does that, old as it is; where there is none the text changes all the same.
 * @param {HTMLTextAreaElement} text
 * @param {string} insert
 * @param {number} from
 * @param {number} to
 */
export function replaceUndoably(text, insert, from, to) {
  text.focus();
  text.setSelectionRange(from, to);
  const isDone = insert === ""
    ? document.execCommand("delete")
    : document.execCommand("insertText", false, insert);
  if (isDone) return;
  text.setRangeText(insert, from, to, "end");
  text.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
