/** The way to completion, which comes with the first mark that begins a name, or when there is time for it. */

/** @import { App } from "chat/app.js" */
/** @import { Completion } from "chat/components/completion.js" */
/** @import { Composition } from "chat/ime.js" */

const MARKS = /[@#:]/;

export class CompletionOpener {
  #app;
  #text;
  #list;
  #composition;
  /** @type {Completion | null} */
  #completion = null;
  /** Something was typed that it could have completed. */
  #isLate = false;
  #ending = new AbortController();

  /** @param {HTMLTextAreaElement} text @param {HTMLElement} list @param {Composition} composition @param {App} app */
  constructor(text, list, composition, app) {
    this.#app = app;
    this.#text = text;
    this.#list = list;
    this.#composition = composition;
  }

  connect() {
    this.#app.late.later(() => this.#fetch());
    this.#text.addEventListener("input", () => this.#typed(), { signal: this.#ending.signal });
  }

  disconnect() {
    this.#ending.abort();
    this.#completion?.disconnect();
  }

  /** Another text may stand there than the one that offers were made for. */
  follow() {
    this.#completion?.follow();
  }

  #typed() {
    if (this.#completion || !MARKS.test(this.#text.value)) return;
    this.#isLate = true;
    this.#fetch();
  }

  /** What could not be had is tried again with the next key. */
  async #fetch() {
    const module = await import("chat/components/completion.js").catch(() => null);
    if (!module || this.#completion || this.#ending.signal.aborted) return;
    const { Completion } = module;
    this.#completion = new Completion(this.#text, this.#list, this.#composition, this.#app);
    this.#completion.connect();
    if (this.#isLate) this.#completion.catchUp();
  }
}
