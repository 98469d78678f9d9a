/**
 * What is new to whoever opens a room or comes back to it: where it begins, and whether they have been there. It
 * knows no DOM; what is in view, the timeline says.
 */

import { isUnread } from "chat/people.js";

/** @import { OwnRoom } from "chat/wire.d.ts" */

export class News {
  /** @type {number | null} the first message that was not read yet when it came into view */
  first = null;
  /** What is new has been in view, or come while one looked: there is no need to lead back to it. */
  #isMet = true;
  /** All was read since `first` was set: what comes unseen now is news of its own. */
  #isCaughtUp = false;
  /** Somebody wants to read from here on again: looking at it does not count until they have left the room. */
  #isHeldBack = false;

  get isMet() {
    return this.#isMet;
  }

  /** Another room is opened. @param {OwnRoom} own */
  enter(own) {
    this.first = isUnread(own) ? firstUnread(own) : null;
    this.#isMet = this.first === null;
    this.#isCaughtUp = this.#isHeldBack = false;
  }

  /** What comes while nobody looks is new to whoever comes back. @param {OwnRoom} own @param {boolean} isWatched */
  note(own, isWatched) {
    if (!isUnread(own)) this.#isCaughtUp = true;
    const isNews = isUnread(own) && !isWatched;
    if (isNews && (this.first === null || this.#isCaughtUp)) {
      this.first = firstUnread(own);
      this.#isCaughtUp = false;
    }
  }

  /** Whoever has had the beginning in view knows where it is. */
  meet() {
    this.#isMet = true;
  }

  /** From here on it is to be read again, whoever goes on looking at it. @param {number} seq */
  beginAt(seq) {
    this.first = seq;
    this.#isMet = this.#isHeldBack = true;
  }

  /** Whether what is in view counts as read. @param {OwnRoom} own */
  counts(own) {
    return isUnread(own) && !this.#isHeldBack;
  }
}

/** @param {OwnRoom} own */
function firstUnread({ read_seq, first_seq }) {
  return Math.max(read_seq + 1, first_seq);
}
