/** A finger that goes across, over something that has another of its kind on either side. */

const FAR = 56; // pixels: less may be how a finger rests

/**
 * @param {HTMLElement} root
 * @param {object} how
 * @param {(distance: number) => void} how.follow so far has the finger gone across, in pixels; 0 once it is lifted
 * @param {(step: 1 | -1) => void} how.turn it has gone far enough for the one on its right (1) or its left
 * @param {AbortSignal} signal
 */
export function onSwipe(root, { follow, turn }, signal) {
  /** @type {{ x: number, y: number } | null} */
  let start = null;
  const cancel = () => {
    if (start) follow(0);
    start = null;
  };
  root.addEventListener("pointerdown", ({ pointerType, isPrimary, clientX, clientY }) => {
    cancel(); // by a second finger, too
    if (pointerType === "mouse" || !isPrimary || isZoomed()) return;
    start = { x: clientX, y: clientY };
  }, { signal });
  root.addEventListener("pointermove", ({ isPrimary, clientX }) => {
    if (start && isPrimary) follow(clientX - start.x);
  }, { signal });
  root.addEventListener("pointerup", ({ clientX, clientY }) => {
    const step = start ? stepOf(clientX - start.x, clientY - start.y) : 0;
    cancel();
    if (step !== 0) turn(step);
  }, { signal });
  root.addEventListener("pointercancel", cancel, { signal });
  signal.addEventListener("abort", cancel); // closed under the finger
  // Whoever looks closer moves what they look at, in every direction.
  const free = () => root.style.touchAction = isZoomed() ? "auto" : "";
  visualViewport?.addEventListener("resize", free, { signal });
  free();
}

/** To the one on the right (1), which comes as the finger goes left, to the one on the left, or to none. @param {number} x @param {number} y @returns {1 | 0 | -1} */
export function stepOf(x, y) {
  const isAcross = Math.abs(x) >= FAR && Math.abs(x) > 2 * Math.abs(y);
  if (!isAcross) return 0;
  return x < 0 ? 1 : -1;
}

function isZoomed() {
  return (visualViewport?.scale ?? 1) > 1;
}
