/**
 * Who has reacted, shown beside the pill that one points at, has the focus on, or holds. It stays while one points at
 * it, and goes with any key (WCAG 1.4.13).
 */

import { ground, place } from "chat/components/floating.js";
import { onLongPress } from "chat/components/long-press.js";
import { clone } from "chat/components/markup.js";

const WAY = 200; // milliseconds that the pointer has from the pill to what it shows
const PILL = ".reaction[data-who]";

export class Who {
  #timeline;
  #tip = clone("who");
  #timer = 0;
  #ending = new AbortController();

  /** @param {HTMLElement} timeline */
  constructor(timeline) {
    this.#timeline = timeline;
  }

  connect() {
    const { signal } = this.#ending;
    ground().append(this.#tip);
    this.#timeline.addEventListener("pointerover", ({ target, pointerType }) => {
      if (pointerType !== "mouse") return;
      const pill = pillAt(target);
      if (pill) this.#show(pill);
      else this.#hideSoon();
    }, { signal });
    this.#timeline.addEventListener("pointerleave", () => this.#hideSoon(), { signal });
    this.#tip.addEventListener("pointerenter", () => clearTimeout(this.#timer), { signal });
    this.#tip.addEventListener("pointerleave", () => this.#hideSoon(), { signal });
    this.#timeline.addEventListener("focusin", ({ target }) => {
      const pill = pillAt(target);
      this.#show(pill?.matches(":focus-visible") ? pill : null);
    }, { signal });
    this.#timeline.addEventListener("focusout", () => this.#hide(), { signal });
    for (const event of ["pointerdown", "keydown"]) {
      document.addEventListener(event, () => this.#hide(), { signal });
    }
    onLongPress(this.#timeline, PILL, (pill) => this.#show(pill), signal);
  }

  disconnect() {
    this.#ending.abort();
    clearTimeout(this.#timer);
    this.#tip.remove();
  }

  /** @param {HTMLElement | null} pill */
  #show(pill) {
    if (!pill) return this.#hide();
    clearTimeout(this.#timer);
    this.#tip.textContent = pill.getAttribute("aria-label");
    if (!this.#tip.matches(":popover-open")) this.#tip.showPopover();
    place(this.#tip, pill.getBoundingClientRect(), { align: "start" });
  }

  #hideSoon() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#hide(), WAY);
  }

  #hide() {
    clearTimeout(this.#timer);
    if (this.#tip.matches(":popover-open")) this.#tip.hidePopover();
  }
}

/** @param {EventTarget | null} target */
function pillAt(target) {
  const pill = target instanceof Element && target.closest(PILL);
  return pill instanceof HTMLElement ? pill : null;
}
