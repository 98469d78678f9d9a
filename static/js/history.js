/** @import { HistoryPage, Message } from "chat/wire.d.ts" */

/**
 * The part of one room's timeline that this client holds: an unbroken stretch of it, of which it knows
 * whether it reaches the room's first and its newest message.
 *
 * While a page is on its way, changes are kept and applied once more over what it brings: its rows may be
 * older than they are.
 */
export class History {
  /** @type {Map<number, Message>} */
  #messages = new Map();
  /** @type {Map<number, Message>} what is answered to, outside the stretch */
  #replied = new Map();
  /** @type {Message[] | null} */
  #sorted = null;
  #inFlight = 0;
  /** @type {((history: History) => void)[]} */
  #kept = [];
  #low = 1;
  #first = Infinity;
  #last = -Infinity;
  #outdatedAt = 0;
  isStart = false;
  isEnd = false;
  /** Nothing has been loaded yet, or what was loaded no longer holds. */
  isStale = true;

  /** @returns {Message[]} */
  get messages() {
    this.#sorted ??= [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    return this.#sorted;
  }

  /** The first seq of the stretch. */
  get low() {
    return this.#messages.size > 0 ? this.#first : this.#low;
  }

  /** The last seq of the stretch; one below `low` where it is empty. */
  get high() {
    return this.#messages.size > 0 ? this.#last : this.#low - 1;
  }

  get isLoading() {
    return this.#inFlight > 0;
  }

  /** @param {number} seq @returns {Message | undefined} */
  find(seq) {
    return this.#messages.get(seq) ?? this.#replied.get(seq);
  }

  /** Whether it stands in the stretch: what is only answered to does not. @param {number} seq */
  holds(seq) {
    return this.#messages.has(seq);
  }

  begin() {
    this.#inFlight += 1;
  }

  /** Changes up to `rev` were not told: only a page that was read at it or later holds again. @param {number} rev */
  outdate(rev) {
    this.isStale = true;
    this.#outdatedAt = rev;
  }

  fail() {
    this.#end();
  }

  /**
   * Takes in a page that `begin` announced.
   * @param {HistoryPage} page
   * @param {"replace" | "older" | "newer"} mode
   */
  load(page, mode) {
    const isFirst = mode === "replace";
    if (isFirst) {
      this.#messages.clear();
      this.#replied.clear();
      this.isStart = this.isEnd = false;
      this.isStale = page.rev < this.#outdatedAt;
      this.#low = page.last_seq + 1;
      this.#measure();
    }
    for (const message of page.messages) this.#put(message);
    for (const message of page.replied) this.#replied.set(message.seq, message);
    this.#sorted = null;
    if (mode !== "newer") {
      this.isStart = page.messages.length === 0 || page.messages[0].seq <= page.first_seq;
    }
    if (mode !== "older") {
      this.isEnd = page.messages.length === 0 || this.high >= page.last_seq;
    }
    for (const change of this.#kept) change(this);
    this.#end();
  }

  /**
   * Applies a change now, and again over each page that is on its way.
   * @param {(history: History) => void} change
   */
  change(change) {
    if (this.#inFlight > 0) this.#kept.push(change);
    change(this);
  }

  /**
   * A message's current state: a known one's if it is newer, a new one's where the stretch ends.
   * @param {Message} message
   */
  apply(message) {
    const reply = this.#replied.get(message.seq);
    if (reply && message.rev > reply.rev) this.#replied.set(message.seq, message);
    const isInside = message.seq >= this.low && message.seq <= this.high;
    if (isInside || (this.isEnd && message.seq > this.high)) this.#put(message);
  }

  /** Forgets what retention removed. @param {number} firstSeq */
  dropBelow(firstSeq) {
    this.#drop((seq) => seq < firstSeq);
    for (const seq of this.#replied.keys()) {
      if (seq < firstSeq) this.#replied.delete(seq);
    }
    if (this.low <= firstSeq) this.isStart = true;
  }

  /** Forgets what is far from a message, on either side, so that it does not grow for ever. @param {number} seq @param {number} count how much stays on each side */
  keepAround(seq, count) {
    const { messages } = this;
    if (this.isLoading || messages.length <= 2 * count) return;
    const place = messages.findLastIndex((message) => message.seq <= seq);
    const [first, last] = [
      Math.max(0, place - count),
      Math.min(messages.length, place + count) - 1,
    ];
    const [low, high] = [messages[first].seq, messages[Math.max(first, last)].seq];
    if (first > 0) this.isStart = false;
    if (last < messages.length - 1) this.isEnd = false;
    this.#drop((held) => held < low || held > high);
    const answered = new Set(this.messages.map(({ reply_to }) => reply_to));
    for (const held of this.#replied.keys()) if (!answered.has(held)) this.#replied.delete(held);
  }

  /** @param {Message} message */
  #put(message) {
    const held = this.#messages.get(message.seq);
    if (held && message.rev <= held.rev) return;
    this.#messages.set(message.seq, message);
    this.#first = Math.min(this.#first, message.seq);
    this.#last = Math.max(this.#last, message.seq);
    this.#sorted = null;
  }

  /** Where the stretch ends is known without sorting it: under load that would be for every event. */
  #measure() {
    this.#first = Infinity;
    this.#last = -Infinity;
    for (const seq of this.#messages.keys()) {
      this.#first = Math.min(this.#first, seq);
      this.#last = Math.max(this.#last, seq);
    }
  }

  /** @param {(seq: number) => boolean} isGone */
  #drop(isGone) {
    this.#low = this.high + 1;
    for (const seq of this.#messages.keys()) {
      if (isGone(seq)) this.#messages.delete(seq);
    }
    this.#measure();
    this.#sorted = null;
  }

  #end() {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    if (this.#inFlight === 0) this.#kept = [];
  }
}
