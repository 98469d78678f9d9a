/**
 * A link that does something once there are scripts: a button, which the space bar presses as well.
 * @param {HTMLElement} link
 * @param {AbortSignal} signal
 */
export function makeButton(link, signal) {
  link.setAttribute("role", "button");
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault(); // or the page would scroll
    link.click();
  }, { signal });
}
