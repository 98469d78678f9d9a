/** What waits for the reader, where it is seen from other tabs: in the title of the page and on its icon. */

import { roomTitle } from "chat/people.js";
import { isolatedIfTurning } from "chat/strings.js";
import { shortCount, titleMark, waitingIn } from "chat/waiting.js";

/** @import { App } from "chat/app.js" */
/** @import { Waiting } from "chat/waiting.js" */

const SIZE = 64;

export class Badge {
  #app;
  #site;
  #link = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]'));
  #plain = this.#link.href;
  #seal = new Image();
  #shown = "";
  #ending = new AbortController();

  /** @param {string} site the site's name @param {App} app */
  constructor(site, app) {
    this.#site = site;
    this.#app = app;
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    this.#seal.addEventListener("load", () => this.update(), { signal });
    this.#seal.src = this.#plain;
    this.update();
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { store, view } = this.#app;
    const own = store.rooms.get(view.room);
    const waiting = waitingIn(store.rooms.values());
    const title = own ? `${isolatedIfTurning(roomTitle(own, store.me, store.users))} · ` : "";
    const text = `${titleMark(waiting)}${title}${this.#site}`;
    if (document.title !== text) document.title = text;
    if (this.#seal.complete && this.#seal.naturalWidth > 0) this.#showOnIcon(waiting);
  }

  /** @param {Waiting} waiting */
  #showOnIcon(waiting) {
    const mark = titleMark(waiting);
    if (mark === this.#shown) return;
    this.#shown = mark;
    this.#link.type = mark ? "image/png" : "image/svg+xml";
    this.#link.href = mark ? this.#drawn(waiting) : this.#plain;
  }

  /** The seal with a number, or a dot; as an image of its own, since pages cannot draw on their tabs. @param {Waiting} waiting */
  #drawn({ count }) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.drawImage(this.#seal, 0, 0, SIZE, SIZE);
    const radius = count > 0 ? SIZE * 0.31 : SIZE * 0.2;
    const [x, y] = [SIZE - radius, SIZE - radius];
    disc(pen, x, y, radius, "#161513");
    disc(pen, x, y, radius - 4, "#ffffff");
    if (count > 0) {
      const label = shortCount(count);
      pen.fillStyle = "#161513";
      pen.font = `700 ${
        label.length > 2 ? 17 : label.length > 1 ? 24 : 30
      }px system-ui, sans-serif`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(label, x, y + 2);
    }
    return canvas.toDataURL("image/png");
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {string} colour */
function disc(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
