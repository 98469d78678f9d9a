/**
 * Whether a key belongs to an input method: the Enter that ends a composition chooses characters, it does not
 * send. Chromium and Firefox say so on the event; Safari sends it after the composition has ended.
 */

const LATE = 50; // milliseconds; nobody chooses characters and sends within that

export class Composition {
  /** @type {EventTarget | null} the field in which something is composed */
  #field = null;
  #endedAt = -Infinity;

  /** Follows what is composed in a field, or anywhere. @param {EventTarget} target @param {AbortSignal} signal */
  listen(target, signal) {
    target.addEventListener("compositionstart", (event) => this.start(event.target), { signal });
    target.addEventListener("compositionend", (event) => this.end(event.timeStamp), { signal });
  }

  /** @param {EventTarget | null} field */
  start(field) {
    this.#field = field;
  }

  /** @param {number} timeStamp of the event that ends it */
  end(timeStamp) {
    this.#field = null;
    this.#endedAt = timeStamp;
  }

  /** A field that is taken out of the page in the middle of it tells nobody else of the end. */
  get isOpen() {
    return this.#field !== null && !("isConnected" in this.#field && !this.#field.isConnected);
  }

  /** @param {{ isComposing: boolean, keyCode: number, timeStamp: number }} key */
  owns(key) {
    return this.isOpen || key.isComposing || key.keyCode === 229 ||
      key.timeStamp - this.#endedAt < LATE;
  }
}

/**
 * Calls with each change of what is looked for: not with what an input method has not finished, which is no word yet.
 * @param {EventTarget} field
 * @param {() => void} call
 * @param {AbortSignal} signal
 */
export function onWords(field, call, signal) {
  field.addEventListener("input", (event) => {
    if (!(/** @type {InputEvent} */ (event).isComposing)) call();
  }, { signal });
  field.addEventListener("compositionend", call, { signal });
}
