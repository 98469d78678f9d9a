/** Calls those who draw what the store knows, each once per frame, however much changes until then. */
export class Redraw {
  #soon;
  /** @type {Set<() => void>} */
  #draws = new Set();

  /** @param {(call: () => void) => void} soon calls with the next frame, the same call once */
  constructor(soon) {
    this.#soon = soon;
  }

  /** @param {() => void} draw @returns {() => void} */
  subscribe(draw) {
    this.#draws.add(draw);
    return () => this.#draws.delete(draw);
  }

  request() {
    this.#soon(this.#draw);
  }

  /** What one view fails at costs the others nothing. */
  #draw = () => {
    for (const draw of this.#draws) {
      try {
        draw();
      } catch (error) {
        reportError(error);
      }
    }
  };
}
