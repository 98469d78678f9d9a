/**
 * Drafts that are to be sent as soon as their files are uploaded, whatever room is open by then. Each holds for its own
 * room, and until somebody thinks better of it. It knows no DOM.
 */

/** @import { Upload } from "chat/uploads.js" */

export class DueDrafts {
  #uploads;
  #send;
  #onStuck;
  /** @type {Set<number>} */
  #rooms = new Set();

  /**
   * @param {object} parts
   * @param {{ isBusy: (room: number) => boolean, of: (room: number) => readonly Pick<Upload, "state">[] }} parts.uploads
   * @param {(room: number) => void} parts.send
   * @param {(room: number) => void} parts.onStuck one of its files failed, and is not left behind unasked
   */
  constructor({ uploads, send, onStuck }) {
    this.#uploads = uploads;
    this.#send = send;
    this.#onStuck = onStuck;
  }

  /** @param {number} room */
  has(room) {
    return this.#rooms.has(room);
  }

  /** Somebody wants it sent. @param {number} room @returns {boolean} whether that has to wait */
  wait(room) {
    if (this.#uploads.isBusy(room)) this.#rooms.add(room);
    else this.#rooms.delete(room);
    return this.has(room);
  }

  /** Files came, went, or got further. */
  filesChanged() {
    for (const room of this.#rooms) {
      if (this.#uploads.isBusy(room)) continue;
      this.#rooms.delete(room);
      const isWhole = this.#uploads.of(room).every(({ state }) => state === "done");
      if (isWhole) this.#send(room);
      else this.#onStuck(room);
    }
  }
}
