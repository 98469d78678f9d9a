/** The way to the tray, which comes with the first file, or when there is time for it. */

import { Resident } from "chat/late.js";

/** @import { App } from "chat/app.js" */

export class TrayOpener {
  #app;
  #tray;

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#tray = new Resident(
      app.late,
      () => import("chat/components/tray.js"),
      ({ Tray }) => new Tray(element, app),
    );
  }

  connect() {
    this.#tray.connect();
  }

  disconnect() {
    this.#tray.disconnect();
  }

  /** What could not be had is tried again with whatever becomes of the file. */
  update() {
    const { uploads, view } = this.#app;
    if (this.#tray.part) this.#tray.part.update();
    else if (uploads.of(view.room).length > 0) this.#tray.fetch();
  }
}
