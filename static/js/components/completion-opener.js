/** The way to completion, which comes with the first mark that begins a name, or when there is time for it. */

import { Resident } from "chat/late.js";

/** @import { App } from "chat/app.js" */
/** @import { Composition } from "chat/ime.js" */

const MARKS = /[@#:]/;

export class CompletionOpener {
  #text;
  #completion;
  #ending = new AbortController();

  /** @param {HTMLTextAreaElement} text @param {HTMLElement} list @param {Composition} composition @param {App} app */
  constructor(text, list, composition, app) {
    this.#text = text;
    this.#completion = new Resident(
      app.late,
      () => import("chat/components/completion.js"),
      ({ Completion }) => new Completion(text, list, composition, app),
    );
  }

  connect() {
    this.#completion.connect();
    this.#text.addEventListener("input", () => this.#typed(), { signal: this.#ending.signal });
  }

  disconnect() {
    this.#ending.abort();
    this.#completion.disconnect();
  }

  /** Another text may stand there than the one that offers were made for. */
  follow() {
    this.#completion.part?.follow();
  }

  /** What could not be had is tried again with the next key. */
  async #typed() {
    if (this.#completion.part || !MARKS.test(this.#text.value)) return;
    const completion = await this.#completion.fetch();
    completion?.catchUp();
  }
}
