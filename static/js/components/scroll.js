/**
 * The one that moves a timeline. Its element is laid out from the end (`column-reverse`), so 0 is the end, what
 * is above is negative, and what is put in above moves nothing.
 *
 * What is read stays where it is on the screen, whatever changes: what the timeline changes it changes within
 * `keep`, and what changes by itself (a font, a picture, the window, the keyboard of a phone) is noticed when lines
 * or the view have another size, before that is painted, and before what is seen then is taken for what was.
 */

const AT_END = 32;
const LEAST = 0.5; // pixels; less is how numbers are rounded
// What one reads. The edges and the days are put between other lines as more is loaded.
const READ = "[data-seq], [data-client-id], .blocked";

/** @typedef {{ element: Element, top: number }} Seen a line, and how far down the screen it begins */

export class Scroll {
  #element;
  #lines;
  #observer = new ResizeObserver(() => this.#settle());
  /** @type {Seen[]} what was seen last, in the order in which it is held on to */
  #seen = [];
  /** How large lines and view were then, and how far it was scrolled. */
  #size = "";
  #place = 0;
  /** By how much less than a pixel what is read stands too high then: scrolling rounds, and that must not add up. */
  #slip = 0;
  /** Whoever is at the end stays there as more comes: not where the lines that are held end before the room does. */
  sticks = true;

  /** @param {HTMLElement} element @param {HTMLElement} lines whose children the lines are */
  constructor(element, lines) {
    this.#element = element;
    this.#lines = lines;
  }

  connect() {
    for (const observed of [this.#element, this.#lines]) this.#observer.observe(observed);
  }

  disconnect() {
    this.#observer.disconnect();
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

  /** Where what is seen begins and ends on the screen. */
  get view() {
    return this.#element.getBoundingClientRect();
  }

  /** The number of the message in the middle, if there is one. */
  get middle() {
    const { top, bottom } = this.view;
    const below = this.#firstBelow((top + bottom) / 2, "top");
    return this.#seqFrom(below - 1, -1) || this.#seqFrom(below, 1) || null;
  }

  /** The seq of the last message whose end is in view; 0 if there is none. */
  get lastInView() {
    return this.#seqFrom(this.#firstBelow(this.view.bottom + 1, "bottom") - 1, -1);
  }

  /** The seq of the first message that begins in view; 0 if there is none. */
  get firstInView() {
    return this.#seqFrom(this.#firstBelow(this.view.top - 1, "top"), 1);
  }

  /** @param {Element} element */
  hasInView(element) {
    const { view } = this;
    const box = element.getBoundingClientRect();
    return box.top >= view.top && box.bottom <= view.bottom;
  }

  toEnd() {
    this.sticks = true;
    this.#element.scrollTop = 0;
    this.#note();
  }

  /** Into the middle of what is seen; what is higher than that, to its beginning. @param {Element} element */
  toElement(element) {
    const { top, height } = this.view;
    const box = element.getBoundingClientRect();
    this.#move(box.top - top - Math.max(0, (height - box.height) / 2));
    this.#note();
  }

  /** As far as is needed to see all of it. @param {Element} element */
  reveal(element) {
    const { view } = this;
    const box = element.getBoundingClientRect();
    if (box.top < view.top || box.height > view.height) this.#move(box.top - view.top);
    else if (box.bottom > view.bottom) this.#move(box.bottom - view.bottom);
    this.#note();
  }

  /**
   * Changes the lines and leaves what is being read where it is: the end at the end, a line at its place. That is
   * the one with the focus where one has it, else the first that begins in view.
   * @param {() => void} change
   */
  keep(change) {
    this.remember();
    const isBound = this.isAtEnd && this.sticks; // nothing moves the end but who scrolls
    change();
    if (!isBound) this.#hold();
    this.#note();
  }

  /** Takes note of what is seen, and where: after it was scrolled. */
  remember() {
    if (!this.catchUp()) this.#note();
  }

  /** Puts back what another size has moved, where that has not been noticed yet; whether it was so. */
  catchUp() {
    if (this.#size === this.#sizes) return false;
    this.#settle();
    return true;
  }

  #note() {
    const view = this.view;
    this.#size = this.#sizes;
    this.#goTo(this.#element.scrollTop);
    const first = Math.max(0, this.#firstBelow(view.top, "bottom"));
    /** @type {Seen[]} */
    const seen = [];
    for (let at = first; at < this.#lines.children.length; at += 1) {
      const element = this.#lines.children[at];
      const { top } = element.getBoundingClientRect();
      if (top >= view.bottom) break;
      if (element.matches(READ)) seen.push({ element, top: top + this.#slip });
    }
    const focused = seen.filter(({ element }) => element.contains(document.activeElement));
    const [begun, cut] = [seen.filter(({ top }) => top >= view.top), seen.slice(0, 1)];
    this.#seen = [...focused, ...begun, ...cut];
  }

  /** Something has another size, and nobody has said so. Whoever has scrolled meanwhile gets as far as they meant to. */
  #settle() {
    const meant = this.above > LEAST ? this.#element.scrollTop - this.#place : 0; // at the top it was cut short
    if (this.isAtEnd && this.sticks) this.#element.scrollTop = 0;
    else this.#hold(meant);
    this.#note();
  }

  get #sizes() {
    const { width, height } = this.view;
    return `${width} ${height} ${this.#lines.getBoundingClientRect().height}`;
  }

  /** What was seen is put back to where it was. @param {number} [meant] how far down it was scrolled since */
  #hold(meant = 0) {
    const still = this.#seen.find(({ element }) => element.isConnected);
    if (!still) return;
    const wanted = still.top - meant;
    this.#move(still.element.getBoundingClientRect().top - wanted);
    this.#goTo(this.#element.scrollTop);
    const slip = wanted - still.element.getBoundingClientRect().top;
    this.#slip = Math.abs(slip) < 1 ? slip : 0; // where there is no more to be scrolled
  }

  /** @param {number} place where it is scrolled to, by whomever */
  #goTo(place) {
    if (place !== this.#place) this.#slip = 0;
    this.#place = place;
  }

  /** @param {number} distance down, in pixels */
  #move(distance) {
    if (Math.abs(distance) >= LEAST) this.#element.scrollTop += distance;
  }

  /**
   * The place of the first line whose edge is below a height; as many as there are if none is.
   * @param {number} y
   * @param {"top" | "bottom"} edge
   */
  #firstBelow(y, edge) {
    const { children } = this.#lines;
    let [low, high] = [0, children.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (children[middle].getBoundingClientRect()[edge] > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The seq of the next message in view from a place on; 0 if there is none. @param {number} place @param {1 | -1} step */
  #seqFrom(place, step) {
    const { view } = this;
    for (let at = place; this.#lines.children[at]; at += step) {
      const message = messageIn(this.#lines.children[at]);
      if (!message) continue;
      const { top, bottom } = message.getBoundingClientRect();
      const isSeen = bottom > view.top && top < view.bottom;
      return isSeen ? Number(message.getAttribute("data-seq")) : 0;
    }
    return 0;
  }
}

/** The message that a line is, or shows. @param {Element} line */
function messageIn(line) {
  if (line.hasAttribute("data-seq")) return line;
  return line.matches("[open]") ? line.querySelector("[data-seq]") : null;
}
