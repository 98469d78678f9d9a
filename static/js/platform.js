/** What the browser has for us, where it has it. */

/** @import { Clock } from "chat/socket.js" */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  setTimeout: (call, ms) => window.setTimeout(call, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

const WITHOUT_FRAMES = 250; // milliseconds
const WITHOUT_REST = 2_000;

/** @param {number} ms @returns {Promise<void>} */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Calls with the next frame. A hidden page has none, but has to be right when it comes back. @param {() => void} call */
export function nextFrame(call) {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    call();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, WITHOUT_FRAMES);
}

/** Calls when the frame under way is on the screen, as the next task after it. @param {() => void} call */
export function afterFrame(call) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}

/** Calls when there is nothing else to do, or soon all the same: Chromium finds some pages never at rest. @param {() => void} call */
export function whenIdle(call) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(call, { timeout: WITHOUT_REST });
  else setTimeout(call, WITHOUT_FRAMES);
}

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {"localStorage" | "sessionStorage"} name @returns {Storage | null} null where the browser forbids it */
export function shelf(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

/** @param {string} name @returns {BroadcastChannel | null} null where the browser has none, or forbids it */
export function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
