/** Who has reacted, shown beside the pill that one points at, has the focus on, or holds. */

import { ground, place } from "chat/components/floating.js";
import { onLongPress } from "chat/components/long-press.js";
import { clone } from "chat/components/markup.js";

const PILL = ".reaction[data-who]";

export class Who {
  #rows;
  #tip = clone("who");
  #ending = new AbortController();

  /** @param {HTMLElement} rows */
  constructor(rows) {
    this.#rows = rows;
  }

  connect() {
    const { signal } = this.#ending;
    ground().append(this.#tip);
    this.#rows.addEventListener("pointerover", ({ target, pointerType }) => {
      if (pointerType === "mouse") this.#show(pillAt(target));
    }, { signal });
    this.#rows.addEventListener("focusin", ({ target }) => {
      const pill = pillAt(target);
      this.#show(pill?.matches(":focus-visible") ? pill : null);
    }, { signal });
    for (const event of ["pointerleave", "focusout", "keydown"]) {
      this.#rows.addEventListener(event, () => this.#hide(), { signal });
    }
    document.addEventListener("pointerdown", () => this.#hide(), { signal });
    onLongPress(this.#rows, PILL, (pill) => this.#show(pill), signal);
  }

  disconnect() {
    this.#ending.abort();
    this.#tip.remove();
  }

  /** @param {HTMLElement | null} pill */
  #show(pill) {
    if (!pill) return this.#hide();
    this.#tip.textContent = pill.getAttribute("aria-label");
    if (!this.#tip.matches(":popover-open")) this.#tip.showPopover();
    place(this.#tip, pill.getBoundingClientRect(), { align: "start" });
  }

  #hide() {
    if (this.#tip.matches(":popover-open")) this.#tip.hidePopover();
  }
}

/** @param {EventTarget | null} target */
function pillAt(target) {
  const pill = target instanceof Element && target.closest(PILL);
  return pill instanceof HTMLElement ? pill : null;
}
