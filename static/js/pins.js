/** @import { Message, PinsPage } from "chat/wire.d.ts" */

/**
 * What is pinned in a room, as far as it was loaded, for as long as somebody looks at it. Events come in between
 * the pages: of each message the newest state counts, whichever way it came.
 */
export class Pins {
  /** @type {Map<number, Message>} every message that was told of, pinned or not */
  #known = new Map();
  #low = Infinity;
  more = true;

  /** The latest message first. @returns {Message[]} */
  get list() {
    return [...this.#known.values()]
      .filter(({ seq, pinned }) => pinned && (seq >= this.#low || !this.more))
      .sort((a, b) => b.seq - a.seq);
  }

  /** The last seq of what was loaded; none before the first page. */
  get low() {
    return Number.isFinite(this.#low) ? this.#low : undefined;
  }

  /** @param {PinsPage} page the one below `low` */
  load({ messages, more }) {
    for (const message of messages) this.apply(message);
    this.#low = messages.at(-1)?.seq ?? 0;
    this.more = more;
  }

  /** Forgets what retention removed. @param {number} firstSeq */
  dropBelow(firstSeq) {
    for (const seq of this.#known.keys()) {
      if (seq < firstSeq) this.#known.delete(seq);
    }
  }

  /** @param {Message} message */
  apply(message) {
    const held = this.#known.get(message.seq);
    if (!held || message.rev > held.rev) this.#known.set(message.seq, message);
  }
}
