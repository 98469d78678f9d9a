/** A picture as large as the window: the others of its message are beside it, by arrow keys, buttons or a swipe. */

import { part } from "chat/components/markup.js";
import { onSwipe } from "chat/components/swipe.js";

export class Lightbox {
  #dialog;
  #image;
  #ending = new AbortController();
  /** @type {HTMLAnchorElement[]} the pictures of one message, as its line shows them */
  #links = [];
  #at = 0;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#image = /** @type {HTMLImageElement} */ (part(dialog, ".lightbox__image"));
  }

  /** @param {HTMLAnchorElement} link to the picture that is shown first */
  open(link) {
    const { signal } = this.#ending;
    const dialog = this.#dialog;
    dialog.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    dialog.addEventListener("close", () => this.#closed(), { signal });
    part(dialog, ".lightbox__close").addEventListener("click", () => dialog.close(), { signal });
    part(dialog, ".lightbox__turn--back").addEventListener("click", () => this.#turn(-1), {
      signal,
    });
    part(dialog, ".lightbox__turn--on").addEventListener("click", () => this.#turn(1), { signal });
    const stage = part(dialog, ".lightbox__stage");
    stage.addEventListener("click", (event) => {
      if (event.target !== this.#image) dialog.close();
    }, { signal });
    onSwipe(stage, {
      follow: (distance) => this.#follow(distance),
      turn: (step) => this.#turnAcross(step),
    }, signal);
    const all = link.closest(".attachments")?.querySelectorAll("a.picture") ?? [link];
    this.#links = /** @type {HTMLAnchorElement[]} */ ([...all]);
    this.#show(this.#links.indexOf(link));
    dialog.showModal();
  }

  /** @param {number} at */
  #show(at) {
    this.#at = at;
    const link = this.#links[at];
    const small = /** @type {HTMLImageElement} */ (part(link, "img"));
    const count = this.#links.length;
    // The small one, which is there already, is large at once; the sharp one takes its place.
    this.#image.src = small.currentSrc || small.src;
    this.#image.alt = small.alt;
    this.#sharpen(link.href);
    part(this.#dialog, ".lightbox__name").textContent = small.alt;
    part(this.#dialog, ".lightbox__place").textContent = count > 1 ? `${at + 1} / ${count}` : "";
    const save = /** @type {HTMLAnchorElement} */ (part(this.#dialog, ".lightbox__save"));
    Object.assign(save, { href: link.href, download: small.alt });
    for (const turn of this.#dialog.querySelectorAll(".lightbox__turn")) {
      if (turn instanceof HTMLElement) turn.hidden = count < 2;
    }
  }

  /** @param {string} address */
  async #sharpen(address) {
    const sharp = new Image();
    sharp.src = address;
    try {
      await sharp.decode();
    } catch {
      return; // it is gone, or the line is: the small one stays
    }
    if (this.#links[this.#at]?.href === address) this.#image.src = address;
  }

  /** @param {number} step */
  #turn(step) {
    const count = this.#links.length;
    this.#show((this.#at + step + count) % count);
  }

  /** To the one on the right (1) or the left. @param {number} step */
  #turnAcross(step) {
    if (this.#links.length < 2) return;
    this.#turn(getComputedStyle(this.#dialog).direction === "rtl" ? -step : step);
  }

  /** The picture goes with the finger. @param {number} distance */
  #follow(distance) {
    this.#image.style.translate = distance !== 0 && this.#links.length > 1 ? `${distance}px` : "";
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (step === 0 || this.#links.length < 2) return;
    event.preventDefault();
    this.#turnAcross(step);
  }

  /** The line may have been drawn anew meanwhile; the picture in it is the same. */
  #closed() {
    const link = this.#links[this.#at];
    const same = link.isConnected
      ? link
      : document.querySelector(`a.picture[href="${link.getAttribute("href")}"]`);
    if (same instanceof HTMLElement) same.focus({ preventScroll: true });
    this.#links = [];
    this.#image.removeAttribute("src");
    this.#ending.abort();
  }
}
