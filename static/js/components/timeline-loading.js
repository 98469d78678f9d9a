/** What a timeline loads: what one comes near, what somebody asked for, and what is let go for it. */

/** @import { App } from "chat/app.js" */
/** @import { Scroll } from "chat/components/scroll.js" */
/** @import { History } from "chat/history.js" */

/** So many messages of a room are held, and so many on each side of where one reads when some are let go. */
const MOST_HELD = 600;
const KEPT = 200;
/** Whoever is at the end mostly stays there; whoever scrolls comes near more than a page at once. */
const PAGES_AHEAD = { atEnd: 1.5, elsewhere: 4 };

export class TimelineLoading {
  #app;
  #scroll;
  #onChange;
  hasFailed = false;

  /** @param {App} app @param {Scroll} scroll @param {() => void} onChange */
  constructor(app, scroll, onChange) {
    this.#app = app;
    this.#scroll = scroll;
    this.#onChange = onChange;
  }

  /** What the room's messages are held in. */
  get history() {
    return this.#app.store.histories.get(this.#app.view.room);
  }

  /** @param {number | null} [seq] the message that is wanted, if it is not the end */
  open(seq = null) {
    return this.#load(() => this.#app.client.loading.open(this.#app.view.room, seq));
  }

  /** Loads what one comes near, on either side. */
  near() {
    const { history } = this;
    if (!history || history.isStale || history.isLoading || this.hasFailed) return;
    const { isAtEnd, page } = this.#scroll;
    const ahead = page * (isAtEnd ? PAGES_AHEAD.atEnd : PAGES_AHEAD.elsewhere);
    if (history.messages.length > MOST_HELD) this.#letGo(history);
    else if (!history.isStart && this.#scroll.above < ahead) this.beyond(-1);
    else if (!history.isEnd && this.#scroll.below < ahead) this.beyond(1);
  }

  /** Loads what comes next, up (-1) or down (1). @param {1 | -1} step */
  beyond(step) {
    const { client: { loading }, view: { room } } = this.#app;
    return this.#load(() => step < 0 ? loading.older(room) : loading.newer(room));
  }

  /** What a link led to and the room does not have, or no longer. @param {number} seq */
  isAbsent(seq) {
    const { history } = this;
    if (!history || history.isStale || history.isLoading || this.hasFailed) return false;
    const { messages, low, high, isStart, isEnd } = history;
    return messages.length === 0 || (seq < low && isStart) || (seq > high && isEnd) ||
      (seq >= low && seq <= high);
  }

  /** @param {History} history */
  #letGo(history) {
    history.keepAround(this.#scroll.middle ?? history.high, KEPT);
    this.#onChange();
  }

  /** @param {() => Promise<void>} load */
  async #load(load) {
    const { room } = this.#app.view;
    try {
      await load();
    } catch {
      // While there is no connection the banner says so, and what is missing comes with the next one.
      this.hasFailed = this.#app.socket.isLive && room === this.#app.view.room;
      this.#onChange();
    }
  }
}
