/** A finger that stays where it is for a moment, on something that has no use of its own for that. */

const HOLD = 450;
const SLACK = 10; // pixels that a still finger moves
// A name does nothing when it is held, and Chromium takes for it what a finger presses just below.
const OWN_USE = "a, button:not([data-profile]), pre, input, textarea";

/**
 * @param {HTMLElement} root
 * @param {string} selector of what can be held
 * @param {(held: HTMLElement) => void} onHold
 * @param {AbortSignal} signal
 */
export function onLongPress(root, selector, onHold, signal) {
  let timer = 0;
  let wasHeld = false;
  let start = { x: 0, y: 0 };
  const cancel = () => clearTimeout(timer);
  document.addEventListener("pointerdown", () => wasHeld = false, { signal, capture: true });
  root.addEventListener("pointerdown", ({ target, pointerType, isPrimary, clientX, clientY }) => {
    cancel();
    if (pointerType === "mouse" || !isPrimary || !(target instanceof Element)) return;
    const held = target.closest(selector);
    const own = target.closest(OWN_USE);
    if (!(held instanceof HTMLElement) || (own && own !== held)) return;
    start = { x: clientX, y: clientY };
    timer = window.setTimeout(() => {
      if (!held.isConnected) return; // it was drawn anew, or is gone
      wasHeld = true;
      onHold(held);
    }, HOLD);
  }, { signal });
  root.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - start.x, clientY - start.y) > SLACK) cancel();
  }, { signal });
  for (const event of ["pointerup", "pointercancel", "scroll"]) {
    root.addEventListener(event, cancel, { signal, capture: true });
  }
  // What the browser makes of the same press: its own menu, and a click on whatever lies below the finger by now.
  for (const event of ["contextmenu", "click"]) {
    document.addEventListener(event, (made) => {
      if (!wasHeld) return;
      wasHeld = event === "contextmenu";
      made.preventDefault();
      made.stopPropagation();
    }, { signal, capture: true });
  }
}
