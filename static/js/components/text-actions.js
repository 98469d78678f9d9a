/** What can be done inside a message's text: to show what is hidden, to copy code. */

import { copy } from "chat/clipboard.js";
import { clone, part } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** @import { Notice } from "chat/components/notice.js" */

const CLOSED = ".spoiler[role=button]";

export class TextActions {
  #notice;
  #ending = new AbortController();

  /** @param {Notice} notice */
  constructor(notice) {
    this.#notice = notice;
  }

  connect() {
    const { signal } = this.#ending;
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
    document.addEventListener("keydown", (event) => {
      const isPress = event.key === "Enter" || event.key === " ";
      if (isPress && event.target instanceof HTMLElement && reveal(event.target)) {
        event.preventDefault();
      }
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {MouseEvent} event */
  #clicked({ target }) {
    if (!(target instanceof Element)) return;
    const closed = target.closest(CLOSED);
    if (closed instanceof HTMLElement) reveal(closed);
    const code = target.closest(".code__copy")?.parentElement;
    if (code) this.#copy(part(code, "code").textContent ?? "");
  }

  /** @param {string} code */
  async #copy(code) {
    const isCopied = await copy(code);
    this.#notice.say(t(isCopied ? "copied_code" : "copy_failed"), { isTrouble: !isCopied });
  }
}

/** Gives each block of code its button. @param {HTMLElement} text */
export function addCodeButtons(text) {
  for (const pre of text.querySelectorAll("pre")) {
    const code = clone("code");
    pre.replaceWith(code);
    code.prepend(pre);
  }
}

/** @param {HTMLElement} spoiler */
function reveal(spoiler) {
  if (!spoiler.matches(CLOSED)) return false;
  for (const name of ["role", "aria-label"]) spoiler.removeAttribute(name);
  spoiler.tabIndex = -1; // the focus stays where it is
  part(spoiler, ".spoiler__text").inert = false;
  spoiler.classList.add("is-shown");
  return true;
}
