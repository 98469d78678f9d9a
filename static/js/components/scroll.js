/**
 * The one that moves a timeline. Its element is laid out from the end (`column-reverse`), so 0 is the end, what
 * is above is negative, and what is put in above moves nothing.
 */

const AT_END = 32;

export class Scroll {
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  get isAtEnd() {
    return this.#element.scrollTop > -AT_END;
  }

  /** How much there is above what is seen, in pixels. */
  get above() {
    const { scrollHeight, clientHeight, scrollTop } = this.#element;
    return scrollHeight - clientHeight + scrollTop;
  }

  /** How much there is below what is seen, in pixels. */
  get below() {
    return -this.#element.scrollTop;
  }

  get page() {
    return this.#element.clientHeight;
  }

  /** The number of the message in the middle, if there is one. */
  get middle() {
    const { top, bottom } = this.#element.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    const found = this.#visible().findLast((seen) => seen.top <= middle);
    return found ? Number(found.element.getAttribute("data-seq")) : null;
  }

  /** The seq of the last message whose end is in view; 0 if there is none. */
  get lastInView() {
    const seen = this.#visible(({ bottom }, view) => bottom <= view.bottom + 1);
    return Number(seen.at(-1)?.element.dataset.seq ?? 0);
  }

  /** @param {Element} element */
  hasInView(element) {
    const view = this.#element.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    return box.top >= view.top && box.bottom <= view.bottom;
  }

  toEnd() {
    this.#element.scrollTop = 0;
  }

  /** @param {Element} element */
  toElement(element) {
    element.scrollIntoView({ block: "center" });
  }

  /**
   * Changes the rows and leaves what is being read where it is: the end at the end, a line at its place. That is
   * the one with the focus where one has it, else the first that is seen.
   * @param {() => void} change
   */
  keep(change) {
    if (this.isAtEnd) {
      change();
      this.toEnd();
      return;
    }
    const seen = this.#visible();
    const read = seen.find(({ element }) => element.contains(document.activeElement));
    change();
    const still = [...read ? [read] : [], ...seen].find(({ element }) => element.isConnected);
    if (still) this.#element.scrollTop += still.element.getBoundingClientRect().top - still.top;
  }

  /**
   * The messages in view and where they are, from the top.
   * @param {(box: DOMRect, view: DOMRect) => boolean} [isWanted]
   */
  #visible(isWanted = () => true) {
    const view = this.#element.getBoundingClientRect();
    return [...this.#element.querySelectorAll("[data-seq]")]
      .filter((element) => element instanceof HTMLElement)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > view.top && box.top < view.bottom && isWanted(box, view))
      .map(({ element, box }) => ({ element, top: box.top }));
  }
}
