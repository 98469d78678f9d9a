/** Puts what floats above the page beside something, where there is room for it. */

const GAP = 4;
const EDGE = 8;

/** Where what floats has its place in the document: in a landmark. */
export function ground() {
  return document.querySelector("main") ?? document.body;
}

/**
 * Below it, aligned with its end or its start; above it where below is too little room. On a phone the style sheet makes
 * a sheet of it and takes no notice.
 * @param {HTMLElement} element
 * @param {DOMRect} beside
 * @param {{ align?: "start" | "end" }} [how]
 */
export function place(element, beside, { align = "end" } = {}) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const isRightToLeft = getComputedStyle(element).direction === "rtl";
  const isAtLeft = isRightToLeft === (align === "end");
  const left = isAtLeft ? beside.left : beside.right - width;
  const below = beside.bottom + GAP;
  const fits = below + height <= innerHeight - EDGE;
  const top = fits ? below : beside.top - GAP - height;
  element.style.setProperty("--left", `${within(left, innerWidth - width)}px`);
  element.style.setProperty("--top", `${within(top, innerHeight - height)}px`);
}

/**
 * On a phone it is a sheet, and what is around it is covered: a press there closes it, and does nothing else. The
 * browser would let it through.
 * @param {HTMLElement} element a popover
 * @param {AbortSignal} signal
 */
export function cover(element, signal) {
  let isBeside = false;
  document.addEventListener("pointerdown", ({ target }) => {
    isBeside = element.matches(":popover-open") && matchMedia("(width < 768px)").matches &&
      target instanceof Node && !element.contains(target);
  }, { signal, capture: true });
  document.addEventListener("click", (event) => {
    if (!isBeside || event.detail === 0) return; // that of a key is meant
    isBeside = false;
    event.preventDefault();
    event.stopPropagation();
  }, { signal, capture: true });
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return Math.round(Math.max(EDGE, Math.min(value, most - EDGE)));
}
