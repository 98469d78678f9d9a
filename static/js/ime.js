/**
 * Whether a key belongs to an input method: the Enter that ends a composition chooses characters, it does not
 * send. Chromium and Firefox say so on the event; Safari sends it after the composition has ended.
 */

const LATE = 50; // milliseconds; nobody chooses characters and sends within that

export class Composition {
  #isOpen = false;
  #endedAt = -Infinity;

  /** Follows what is composed in a field, or anywhere. @param {EventTarget} target @param {AbortSignal} signal */
  listen(target, signal) {
    target.addEventListener("compositionstart", () => this.start(), { signal });
    target.addEventListener("compositionend", (event) => this.end(event.timeStamp), { signal });
  }

  start() {
    this.#isOpen = true;
  }

  /** @param {number} timeStamp of the event that ends it */
  end(timeStamp) {
    this.#isOpen = false;
    this.#endedAt = timeStamp;
  }

  /** @param {{ isComposing: boolean, keyCode: number, timeStamp: number }} key */
  owns(key) {
    return this.#isOpen || key.isComposing || key.keyCode === 229 ||
      key.timeStamp - this.#endedAt < LATE;
  }
}
