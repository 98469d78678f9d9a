/** The way to the tray, which comes with the first file, or when there is time for it. */

/** @import { App } from "chat/app.js" */
/** @import { Tray } from "chat/components/tray.js" */

export class TrayOpener {
  #element;
  #app;
  /** @type {Tray | null} */
  #tray = null;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#element = element;
    this.#app = app;
  }

  connect() {
    this.#app.late.later(() => this.#fetch());
  }

  disconnect() {
    this.#ending.abort();
    this.#tray?.disconnect();
  }

  update() {
    const { uploads, view } = this.#app;
    if (this.#tray) this.#tray.update();
    else if (uploads.of(view.room).length > 0) this.#fetch();
  }

  /** What could not be had is tried again with whatever becomes of the file. */
  async #fetch() {
    const module = await import("chat/components/tray.js").catch(() => null);
    if (!module || this.#tray || this.#ending.signal.aborted) return;
    this.#tray = new module.Tray(this.#element, this.#app);
    this.#tray.connect();
    this.#tray.update();
  }
}
