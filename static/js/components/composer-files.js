/** Files that are handed to the composer, by its button or from the clipboard; what is dropped: file-drop.js. */

import { filesOf } from "chat/components/file-drop.js";
import { part } from "chat/components/markup.js";

/**
 * @param {HTMLFormElement} form
 * @param {(files: Iterable<File>) => void} onFiles
 * @param {AbortSignal} signal
 */
export function takeFiles(form, onFiles, signal) {
  const button = part(form, ".composer__attach");
  const input = /** @type {HTMLInputElement} */ (part(form, ".composer__files"));
  button.addEventListener("click", () => input.click(), { signal });
  input.addEventListener("change", () => {
    onFiles([...input.files ?? []]);
    input.value = ""; // the same file may be chosen again
  }, { signal });
  part(form, "textarea").addEventListener("paste", (event) => {
    const files = pasted(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  }, { signal });
}

/**
 * A table comes as text, as markup and as a picture of it: then the words are meant. A file may come with its name
 * as text, a picture with the markup that showed it.
 * @param {DataTransfer | null} clipboard
 */
function pasted(clipboard) {
  const types = clipboard?.types ?? [];
  const isText = types.includes("text/plain") && types.includes("text/html");
  return clipboard === null || isText ? [] : filesOf(clipboard);
}
