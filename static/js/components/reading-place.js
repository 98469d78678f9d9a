/**
 * Keeps what is being read where it is while its pane takes another size: a phone that is turned, a window that is
 * pulled, a keyboard that comes. Lines break anew then, and the end, from which the timeline is laid out, moves away.
 */

/** @typedef {{ seq: string, top: number }} Anchor */

export class ReadingPlace {
  #element;
  /** @type {Anchor | null} the first line that was whole in view; null at the end, which keeps its place by itself */
  #anchor = null;
  #ending = new AbortController();

  /** @param {HTMLElement} element what scrolls */
  constructor(element) {
    this.#element = element;
  }

  connect() {
    const { signal } = this.#ending;
    this.#element.addEventListener("scroll", () => this.#note(), { passive: true, signal });
    // It comes after the new layout, and before the scrolling that this may have caused is told.
    const observer = new ResizeObserver(() => this.#restore());
    observer.observe(this.#element);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  disconnect() {
    this.#ending.abort();
  }

  #note() {
    const { top, bottom } = this.#element.getBoundingClientRect();
    this.#anchor = null;
    if (this.#element.scrollTop === 0) return;
    for (const line of this.#element.querySelectorAll("[data-seq]")) {
      const box = line.getBoundingClientRect();
      if (box.top < top || box.height === 0) continue;
      if (box.top < bottom) {
        this.#anchor = { seq: line.getAttribute("data-seq") ?? "", top: box.top - top };
      }
      return;
    }
  }

  #restore() {
    if (this.#anchor === null) return;
    const line = this.#element.querySelector(`[data-seq="${this.#anchor.seq}"]`);
    if (!line) return;
    const top = line.getBoundingClientRect().top - this.#element.getBoundingClientRect().top;
    this.#element.scrollTop += top - this.#anchor.top;
  }
}
