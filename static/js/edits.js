/**
 * What this reader has changed in messages and the server has not confirmed: shown at once, and never lost. An
 * edit that is refused stays, with the reason, until it is tried again, taken up again or let go.
 *
 * The same edit twice changes nothing, so one whose answer was lost is simply sent again. Of a message the last
 * edit counts: the server takes the writes of a connection in their order.
 */

import { CommandError } from "chat/commands.js";

/** @import { Message } from "chat/wire.d.ts" */

/**
 * @typedef {object} Edit
 * @property {number} room
 * @property {number} seq
 * @property {string} body
 * @property {"saving" | "saved" | "failed"} state
 * @property {string | null} reason the code it was refused with
 * @property {number} rev that of the change, once it is saved
 * @typedef {(type: string, fields: Record<string, unknown>) => Promise<{ rev: number }>} Act
 */

export class Edits {
  #act;
  #onChange;
  #forget;
  /** @type {Map<string, Edit>} */
  #edits = new Map();

  /**
   * @param {object} parts
   * @param {Act} parts.act
   * @param {() => void} parts.onChange
   * @param {(room: number, seq: number) => void} parts.forget the words are kept by others until then
   */
  constructor({ act, onChange, forget }) {
    this.#act = act;
    this.#onChange = onChange;
    this.#forget = forget;
  }

  /** What is not confirmed of a message; nothing once the message itself tells it. @param {number} room @param {Message} message */
  of(room, message) {
    const key = keyOf(room, message.seq);
    const edit = this.#edits.get(key);
    const isTold = edit?.state === "saved" && message.rev >= edit.rev;
    if (isTold || message.deleted_at !== null) this.#edits.delete(key);
    return this.#edits.get(key);
  }

  /** Whether words are here that the server has not taken. */
  get hasUnsaved() {
    return [...this.#edits.values()].some(({ state }) => state !== "saved");
  }

  /** @param {number} room @param {number} seq @param {string} body */
  save(room, seq, body) {
    /** @type {Edit} */
    const edit = { room, seq, body, state: "saving", reason: null, rev: 0 };
    this.#edits.set(keyOf(room, seq), edit);
    this.#send(edit);
  }

  /** @param {number} room @param {number} seq */
  retry(room, seq) {
    const edit = this.#edits.get(keyOf(room, seq));
    if (edit?.state === "failed") this.save(room, seq, edit.body);
  }

  /** Lets an edit go; its words, if it had come to nothing. @param {number} room @param {number} seq */
  drop(room, seq) {
    const edit = this.#edits.get(keyOf(room, seq));
    this.#edits.delete(keyOf(room, seq));
    this.#forget(room, seq);
    this.#onChange();
    return edit?.state === "failed" ? edit.body : undefined;
  }

  /** There is a connection again. */
  resume() {
    for (const edit of this.#edits.values()) if (edit.state === "saving") this.#send(edit);
  }

  /** @param {Edit} edit */
  async #send(edit) {
    this.#onChange();
    const { room, seq, body } = edit;
    try {
      const { rev } = await this.#act("message.edit", { room, seq, body });
      this.#settle(edit, { state: "saved", rev });
    } catch (error) {
      const reason = error instanceof CommandError ? error.code : "internal";
      if (reason === "disconnected") return; // nobody knows whether it was done: it is sent again on the next one
      if (reason !== "timeout") this.#settle(edit, { state: "failed", reason });
      else if (this.#edits.get(keyOf(room, seq)) === edit) this.#send(edit);
    }
  }

  /** @param {Edit} edit @param {Partial<Edit>} outcome */
  #settle(edit, outcome) {
    if (this.#edits.get(keyOf(edit.room, edit.seq)) !== edit) return; // a later one counts
    Object.assign(edit, outcome);
    if (edit.state === "saved") this.#forget(edit.room, edit.seq);
    this.#onChange();
  }
}

/** @param {number} room @param {number} seq */
function keyOf(room, seq) {
  return `${room}/${seq}`;
}
