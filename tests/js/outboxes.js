/** A browser in which one user has tabs, each with an outbox: what the tabs share, and what reaches the server. */

import { CommandError } from "chat/commands.js";
import { Keep } from "chat/keep.js";
import { Outbox } from "chat/outbox.js";
import { OutboxStorage } from "chat/outbox-storage.js";
import { Tabs } from "chat/tabs.js";
import { FakeClock, FakeShelf, settled } from "./fakes.js";

/** @import { Entry } from "chat/outbox.js" */
/** @import { Kept } from "chat/outbox-storage.js" */

export const ROOM = 7;
const USER = 1;

/** @typedef {{ entry: Entry, tab: string, ok: () => Promise<void>,
 *   refuse: (code: string, retryAfter?: number) => Promise<void> }} Sending */

export class FakeBrowser {
  clock = new FakeClock();
  shelf = new FakeShelf();
  database = new FakeDatabase();
  /** @type {Sending[]} every try of every tab, in order */
  sends = [];
  /** @type {boolean | null} what looking for a message in the timeline finds */
  found = null;
  lastSeq = 40;
  /** @type {FakeTab[]} */
  #tabs = [];
  #next = 1;

  open() {
    const tab = new FakeTab(this, `tab-${this.#tabs.length + 1}`, () => `uuid-${this.#next++}`);
    this.#tabs.push(tab);
    return tab;
  }

  /** What was said in a channel, to all tabs but the one that said it. @param {FakeTab} from @param {unknown} data */
  spread(from, data) {
    for (const tab of this.#tabs) {
      if (tab !== from && tab.isAwake) tab.listeners.forEach((hear) => hear({ data }));
    }
  }

  /** @param {number} [index] */
  bodies(index = 0) {
    return this.sends.slice(index).map(({ entry }) => entry.body);
  }
}

export class FakeTab {
  /** @type {((event: any) => void)[]} */
  listeners = [];
  isAwake = true;

  /** @param {FakeBrowser} browser @param {string} id @param {() => string} uuid */
  constructor(browser, id, uuid) {
    this.browser = browser;
    this.id = id;
    const { clock, database, shelf } = browser;
    const ownClock = {
      now: clock.now,
      clearTimeout: clock.clearTimeout,
      setTimeout: (/** @type {() => void} */ call, /** @type {number} */ ms) =>
        clock.setTimeout(() => this.isAwake && call(), ms),
    };
    this.storage = new OutboxStorage({
      database,
      keep: new Keep(shelf, null, USER),
      tabs: new Tabs(id, this.#channel(), ownClock),
    });
    this.outbox = new Outbox({
      send: (entry) => this.#send(entry),
      find: () => Promise.resolve(browser.found),
      lastSeq: () => browser.lastSeq,
      storage: this.storage,
      uuid,
      onChange: () => {},
      clock: ownClock,
    });
  }

  /** From loading the page to having taken up what was left. */
  async start() {
    this.outbox.start();
    await settled(); // it asks who lives
    await this.browser.clock.pass(300);
    return this;
  }

  async connect() {
    this.outbox.setConnected(true);
    await settled();
    return this;
  }

  /** Closed, crashed or frozen: nothing of it runs and it hears nothing. */
  end() {
    this.isAwake = false;
    this.outbox.setConnected(false);
  }

  get states() {
    return this.outbox.of(ROOM).map((entry) => [entry.body, entry.state]);
  }

  #channel() {
    return /** @type {any} */ ({
      postMessage: (/** @type {unknown} */ data) => this.browser.spread(this, data),
      addEventListener: (/** @type {string} */ _type, /** @type {() => void} */ hear) =>
        this.listeners.push(hear),
    });
  }

  /** @param {Entry} entry @returns {Promise<{ at: string, rev: number }>} */
  #send(entry) {
    return new Promise((resolve, reject) => {
      this.browser.sends.push({
        entry: { ...entry },
        tab: this.id,
        ok: async () => {
          resolve({ at: "2026-01-31T09:00:00.000Z", rev: 50 });
          await settled();
        },
        refuse: async (code, retryAfter) => {
          reject(new CommandError(code, "", retryAfter));
          await settled();
        },
      });
    });
  }
}

export class FakeDatabase {
  /** @type {Map<string, Kept>} */
  kept = new Map();
  isForbidden = false;
  /** A commit that takes until the test lets it happen. @type {Promise<void>} */
  commit = Promise.resolve();

  async all() {
    await this.commit;
    this.#check();
    return structuredClone([...this.kept.values()]);
  }

  /** @param {string} clientId @param {(held: Kept | undefined) => Kept | null | undefined} change */
  async change(clientId, change) {
    await this.commit;
    this.#check();
    const next = change(structuredClone(this.kept.get(clientId)));
    if (next === null) this.kept.delete(clientId);
    else if (next) this.kept.set(clientId, structuredClone(next));
  }

  #check() {
    if (this.isForbidden) throw new DOMException("forbidden", "SecurityError");
  }
}

/** @param {Partial<Kept>} fields @returns {Kept} what a tab that is gone has left */
export function left(fields = {}) {
  return {
    clientId: "left",
    room: ROOM,
    body: "left over",
    replyTo: null,
    at: new FakeClock().now(),
    after: 40,
    state: "sending",
    reason: null,
    isDoubtful: true,
    sentAt: null,
    sentRev: 0,
    owner: "tab-gone",
    ...fields,
  };
}
