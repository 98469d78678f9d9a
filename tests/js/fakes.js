/** A clock that stands still until told, and the far end of a WebSocket. */

export class FakeClock {
  #now = 1_000_000;
  #next = 1;
  /** @type {Map<number, { due: number, call: () => void }>} */
  #timers = new Map();

  now = () => this.#now;

  /** @param {() => void} call @param {number} ms */
  setTimeout = (call, ms) => {
    const timer = this.#next++;
    this.#timers.set(timer, { due: this.#now + ms, call });
    return timer;
  };

  /** @param {number} timer */
  clearTimeout = (timer) => {
    this.#timers.delete(timer);
  };

  /** Lets time pass, and with it what is due, in order. @param {number} ms */
  async pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const [timer, { due, call }] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0] ??
        [0, { due: Infinity, call: () => {} }];
      if (due > end) break;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, due);
      call();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  /** The machine sleeps: time passes and no timer runs. @param {number} ms */
  sleep(ms) {
    this.#now += ms;
  }

  /** The same where timers do not count the sleep, and have as much to run as before. @param {number} ms */
  suspend(ms) {
    this.#now += ms;
    for (const timer of this.#timers.values()) timer.due += ms;
  }
}

export class FakeWebSocket {
  /** @type {{ type: string, id: string, [field: string]: any }[]} */
  sent = [];
  readyState = 1;
  extensions = "";
  isClosed = false;
  onopen = () => {};
  /** @param {{ data: string }} _event */
  onmessage = (_event) => {};
  /** @param {{ code: number }} _event */
  onclose = (_event) => {};

  /** @param {string} frame */
  send(frame) {
    this.sent.push(JSON.parse(frame));
  }

  close() {
    this.isClosed = true;
  }

  /** @param {unknown} frame */
  says(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  get last() {
    return this.sent[this.sent.length - 1];
  }
}

/** Every promise that could go on has gone on. */
export function settled() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** What localStorage is, without a browser. */
export class FakeShelf {
  /** @type {Map<string, string>} */
  items = new Map();

  get length() {
    return this.items.size;
  }

  /** @param {number} at */
  key = (at) => [...this.items.keys()][at] ?? null;
  /** @param {string} key */
  getItem = (key) => this.items.get(key) ?? null;
  /** @param {string} key @param {string} value */
  setItem = (key, value) => void this.items.set(key, value);
  /** @param {string} key */
  removeItem = (key) => void this.items.delete(key);
}
