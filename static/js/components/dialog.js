import { clone } from "chat/components/markup.js";

/**
 * Shows a modal dialog made of a template and waits for how it is closed. The browser keeps the focus inside it
 * and gives it back; Escape closes with no answer.
 * @param {string} template
 * @param {(dialog: HTMLDialogElement) => void} fill
 * @returns {Promise<string>} the value of the button that closed it, or ""
 */
export function ask(template, fill) {
  const dialog = /** @type {HTMLDialogElement} */ (clone(template));
  document.body.append(dialog);
  fill(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(""); // the ground beside it
  });
  holdKeys(dialog);
  keepFocus(dialog);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }, { once: true });
  });
}

/**
 * While it is open its keys are its own. One that has just been closed may have the focus until the page is laid out
 * anew: by then whoever types means the page.
 * @param {HTMLDialogElement} dialog
 */
export function holdKeys(dialog) {
  dialog.addEventListener("keydown", (event) => dialog.open && event.stopPropagation());
}

/** What had the focus may be taken out, as a line of a list that was dealt with: then the dialog has it. @param {HTMLDialogElement} dialog */
function keepFocus(dialog) {
  dialog.tabIndex = -1;
  new MutationObserver(() => {
    if (dialog.open && document.activeElement === document.body) dialog.focus();
  }).observe(dialog, { childList: true, subtree: true });
}
