/**
 * Calls those who draw what the store knows, each once per frame, however much changes until then: under load a
 * page takes in hundreds of events a second, of which nobody sees more than sixty.
 */
export class Redraw {
  #soon;
  /** @type {Set<() => void>} */
  #draws = new Set();
  #isDue = false;

  /** @param {(call: () => void) => void} soon calls with the next frame */
  constructor(soon) {
    this.#soon = soon;
  }

  /** @param {() => void} draw @returns {() => void} */
  subscribe(draw) {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  }

  request() {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#soon(() => this.#draw());
  }

  /** What one view fails at costs the others nothing. */
  #draw() {
    this.#isDue = false;
    for (const draw of this.#draws) {
      try {
        draw();
      } catch (error) {
        reportError(error);
      }
    }
  }
}
