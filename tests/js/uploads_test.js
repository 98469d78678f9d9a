import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { Keep } from "chat/keep.js";
import { Uploads } from "chat/uploads.js";
import { FakeClock, FakeShelf, settled } from "./fakes.js";

/** @import { Source, Upload } from "chat/uploads.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

const ROOM = 7;
const OTHER = 8;

/** @typedef {{ upload: Upload, signal: AbortSignal, told: (part: number) => void,
 *   ok: (id?: number) => Promise<void>, refuse: (code: string, retryAfter?: number) => Promise<void> }} Sending */

/** A tab with its tray: what reaches the server, and what it does about it. */
class FakeTab {
  /** @type {Sending[]} */
  sends = [];
  /** @type {number[]} */
  discarded = [];
  changes = 0;
  clock = new FakeClock();
  limits = { attachments: 10, upload_bytes: 100, unsent_hours: 48 };
  #next = 1;

  /** @param {FakeShelf} [shelf] of a tab that was here before */
  constructor(shelf = new FakeShelf()) {
    this.shelf = shelf;
    this.uploads = new Uploads({
      send: (upload, signal, told) => this.#send(upload, signal, told),
      discard: ({ id }) => {
        this.discarded.push(id);
        return Promise.resolve();
      },
      limits: () => this.limits,
      shelf: new Keep(null, shelf, 1),
      uuid: () => `key-${this.#next++}`,
      onChange: () => this.changes += 1,
      clock: this.clock,
    });
  }

  /** @param {...string} names */
  add(...names) {
    this.uploads.add(ROOM, names.map((name) => source(name)));
  }

  get states() {
    return this.uploads.of(ROOM).map(({ name, state }) => `${name} ${state}`);
  }

  get sending() {
    return this.sends.map(({ upload }) => upload.name);
  }

  /** @param {Upload} upload @param {AbortSignal} signal @param {(part: number) => void} told @returns {Promise<Attachment>} */
  #send(upload, signal, told) {
    return new Promise((resolve, reject) => {
      this.sends.push({
        upload,
        signal,
        told,
        ok: (id = this.sends.length) => {
          resolve(attachment(id, upload.name));
          return settled();
        },
        refuse: (code, retryAfter) => {
          reject(new CommandError(code, "", retryAfter));
          return settled();
        },
      });
    });
  }
}

/** @param {string} name @param {number} [size] @returns {Source} */
function source(name, size = 10) {
  return { name, size, type: "" };
}

/** @param {number} id @param {string} name @returns {Attachment} */
function attachment(id, name) {
  return { id, name, type: "text/plain", size: 10, url: `/files/${id}/${name}` };
}

Deno.test("a file goes up and is taken by a message", async () => {
  const tab = new FakeTab();
  tab.add("a");
  assert.deepEqual([tab.states, tab.uploads.isBusy(ROOM)], [["a sending"], true]);
  await tab.sends[0].ok(5);
  assert.deepEqual([tab.states, tab.uploads.isBusy(ROOM)], [["a done"], false]);
  assert.deepEqual(tab.uploads.take(ROOM).map(({ id }) => id), [5]);
  assert.deepEqual(tab.states, []);
});

Deno.test("a file on its way is in this page only", async () => {
  const tab = new FakeTab();
  assert.equal(tab.uploads.keepsAll, true);
  tab.add("a");
  assert.equal(tab.uploads.keepsAll, false);
  await tab.sends[0].ok();
  assert.equal(tab.uploads.keepsAll, true);
});

Deno.test("three are under way at a time, in their order", async () => {
  const tab = new FakeTab();
  tab.add("a", "b", "c", "d", "e");
  assert.deepEqual(tab.sending, ["a", "b", "c"]);
  await tab.sends[1].ok();
  assert.deepEqual(tab.sending, ["a", "b", "c", "d"]);
});

Deno.test("they are sent in the order of the tray, whichever was done first", async () => {
  const tab = new FakeTab();
  tab.add("a", "b");
  await tab.sends[1].ok(2);
  await tab.sends[0].ok(1);
  assert.deepEqual(tab.uploads.take(ROOM).map(({ id }) => id), [1, 2]);
});

Deno.test("how far it is, is told", () => {
  const tab = new FakeTab();
  tab.add("a");
  const before = tab.changes;
  tab.sends[0].told(0.5);
  assert.equal(tab.uploads.of(ROOM)[0].progress, 0.5);
  assert.equal(tab.changes, before + 1);
});

Deno.test("what is too large, empty or too many is not even tried", () => {
  const tab = new FakeTab();
  tab.limits = { ...tab.limits, attachments: 2 };
  tab.uploads.add(ROOM, [source("large", 101), source("empty", 0), source("a"), source("b")]);
  tab.add("c");
  assert.deepEqual(tab.uploads.of(ROOM).map(({ reason }) => reason), [
    "too_long",
    "empty",
    null,
    null,
    "too_many",
  ]);
  assert.deepEqual(tab.sending, ["a", "b"]);
  assert.equal(tab.uploads.canRetry(tab.uploads.of(ROOM)[0]), false);
});

Deno.test("one that is refused leaves the others alone", async () => {
  const tab = new FakeTab();
  tab.add("a", "b", "c");
  await tab.sends[1].refuse("too_long");
  await tab.sends[0].ok(1);
  await tab.sends[2].ok(3);
  assert.deepEqual(tab.states, ["a done", "b failed", "c done"]);
  assert.deepEqual(tab.uploads.take(ROOM).map(({ id }) => id), [1, 3]);
  assert.deepEqual(tab.states, ["b failed"]);
});

Deno.test("one that is given up makes room for the next", () => {
  const tab = new FakeTab();
  tab.add("a", "b", "c", "d");
  tab.uploads.cancel(tab.uploads.of(ROOM)[0].key);
  assert.equal(tab.sends[0].signal.aborted, true);
  assert.deepEqual(tab.states, ["b sending", "c sending", "d waiting"]);
});

Deno.test("its place is taken once it has ended", async () => {
  const tab = new FakeTab();
  tab.add("a", "b", "c", "d");
  tab.uploads.cancel(tab.uploads.of(ROOM)[0].key);
  await tab.sends[0].refuse("disconnected");
  assert.deepEqual(tab.states, ["b sending", "c sending", "d sending"]);
});

Deno.test("one that arrives although it was given up is taken back", async () => {
  const tab = new FakeTab();
  tab.add("a");
  tab.uploads.cancel(tab.uploads.of(ROOM)[0].key);
  await tab.sends[0].ok(9);
  assert.deepEqual([tab.states, tab.discarded], [[], [9]]);
});

Deno.test("one that is done is taken back from the server", async () => {
  const tab = new FakeTab();
  tab.add("a");
  await tab.sends[0].ok(9);
  tab.uploads.cancel(tab.uploads.of(ROOM)[0].key);
  assert.deepEqual([tab.states, tab.discarded], [[], [9]]);
});

Deno.test("what passes is tried again by itself", async () => {
  const tab = new FakeTab();
  tab.add("a");
  await tab.sends[0].refuse("unavailable", 500);
  assert.deepEqual(tab.states, ["a waiting"]);
  await tab.clock.pass(499);
  assert.equal(tab.sends.length, 1);
  await tab.clock.pass(1);
  assert.equal(tab.sends.length, 2);
  await tab.sends[1].refuse("rate_limited", 500);
  await tab.clock.pass(1_000); // more patience than it was asked for
  await tab.sends[2].ok();
  assert.deepEqual(tab.states, ["a done"]);
});

Deno.test("what passes not is left to its owner", async () => {
  const tab = new FakeTab();
  tab.add("a");
  for (let tries = 0; tries < 7; tries += 1) {
    await tab.sends[tries].refuse("disconnected");
    await tab.clock.pass(30_000);
  }
  assert.deepEqual([tab.states, tab.sends.length], [["a failed"], 7]);
  tab.uploads.retry(tab.uploads.of(ROOM)[0].key);
  assert.deepEqual([tab.states, tab.sends.length], [["a sending"], 8]);
});

Deno.test("a full quota is nothing that time alone changes", async () => {
  const tab = new FakeTab();
  tab.add("a");
  await tab.sends[0].refuse("rate_limited");
  assert.deepEqual(tab.states, ["a failed"]);
  assert.equal(tab.uploads.canRetry(tab.uploads.of(ROOM)[0]), true);
});

Deno.test("one that waits to be tried again can be given up", async () => {
  const tab = new FakeTab();
  tab.add("a");
  await tab.sends[0].refuse("unavailable", 500);
  tab.uploads.cancel(tab.uploads.of(ROOM)[0].key);
  await tab.clock.pass(500);
  assert.deepEqual([tab.states, tab.sends.length], [[], 1]);
});

Deno.test("one that does not move for a minute is given up, and can be tried again", async () => {
  const tab = new FakeTab();
  tab.add("a");
  await tab.clock.pass(59_000);
  tab.sends[0].told(0.5);
  await tab.clock.pass(59_000);
  assert.deepEqual(tab.states, ["a sending"]);
  await tab.clock.pass(1_000);
  assert.deepEqual([tab.states, tab.sends[0].signal.aborted], [["a failed"], true]);
  await tab.sends[0].refuse("disconnected"); // what the browser makes of it
  assert.equal(tab.uploads.keepsAll, false);
  tab.uploads.resume();
  assert.deepEqual([tab.states, tab.sends[1].upload.source?.name], [["a sending"], "a"]);
  await tab.sends[1].ok();
  await tab.clock.pass(120_000);
  assert.deepEqual(tab.states, ["a done"]);
});

Deno.test("each room has a tray of its own", async () => {
  const tab = new FakeTab();
  tab.add("a");
  tab.uploads.add(OTHER, [source("b")]);
  await tab.sends[0].ok();
  assert.equal(tab.uploads.isBusy(ROOM), false);
  assert.equal(tab.uploads.isBusy(OTHER), true);
  assert.deepEqual(tab.uploads.of(OTHER).map(({ name }) => name), ["b"]);
});

Deno.test("what is done outlives a reload, what is not does not", async () => {
  const before = new FakeTab();
  before.add("a", "b");
  await before.sends[0].ok(1);
  const after = new FakeTab(before.shelf);
  assert.deepEqual(after.states, ["a done"]);
  assert.deepEqual(after.uploads.take(ROOM).map(({ id }) => id), [1]);
  assert.deepEqual(new FakeTab(before.shelf).states, []);
});

Deno.test("what the server is about to forget is forgotten", async () => {
  const before = new FakeTab();
  before.add("a");
  await before.sends[0].ok(1);
  const after = new FakeTab(before.shelf);
  await after.clock.pass(47 * 60 * 60 * 1_000);
  assert.deepEqual(after.states, []);
});

Deno.test("what a message was to carry is put back", async () => {
  const tab = new FakeTab();
  tab.add("b");
  await tab.sends[0].ok(2);
  tab.uploads.restore(ROOM, [attachment(1, "a")]);
  assert.deepEqual(tab.states, ["a done", "b done"]);
  assert.deepEqual(new FakeTab(tab.shelf).states, ["a done", "b done"]);
});

Deno.test("what came to nothing without a connection is still to be lost, and is tried with the next one", async () => {
  const tab = new FakeTab();
  tab.add("a", "b");
  await tab.sends[1].refuse("too_long");
  for (const at of [0, 2, 3, 4, 5, 6, 7]) {
    await tab.sends[at].refuse("disconnected");
    await tab.clock.pass(60_000);
  }
  assert.deepEqual([tab.states, tab.uploads.keepsAll], [["a failed", "b failed"], false]);
  tab.uploads.resume();
  assert.deepEqual(tab.states, ["a sending", "b failed"]);
});
