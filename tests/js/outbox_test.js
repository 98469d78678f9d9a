import assert from "node:assert/strict";
import { settled } from "./fakes.js";
import { FakeBrowser, left, ROOM } from "./outboxes.js";

const DAY = 24 * 60 * 60 * 1_000;

/** @param {...import("chat/outbox-storage.js").Kept} kept what earlier visits left */
function setUp(...kept) {
  const browser = new FakeBrowser();
  for (const entry of kept) browser.database.kept.set(entry.clientId, entry);
  const tab = browser.open();
  const { clock, sends, database } = browser;
  return { browser, tab, outbox: tab.outbox, clock, sends, database };
}

Deno.test("it keeps what is written while there is no connection", () => {
  const { outbox, sends, tab } = setUp();
  outbox.add(ROOM, "one");
  assert.deepEqual(tab.states, [["one", "waiting"]]);
  assert.equal(sends.length, 0);
});

Deno.test("it sends at once what is written while there is one", async () => {
  const { outbox, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  assert.deepEqual(browser.bodies(), ["one"]);
});

Deno.test("it sends one after the other in a room, in order", async () => {
  const { outbox, sends, browser, tab } = setUp();
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  await tab.connect();
  assert.deepEqual(browser.bodies(), ["one"]);
  await sends[0].ok();
  assert.deepEqual(browser.bodies(), ["one", "two"]);
});

Deno.test("what the server could not read does not hold the rest up", async () => {
  const { outbox, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "half \ud83d, whole \ud83d\ude00, none \0");
  assert.deepEqual(browser.bodies(), ["half \ufffd, whole \ud83d\ude00, none \ufffd"]);
});

Deno.test("it does not keep another room waiting", async () => {
  const { outbox, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "here");
  outbox.add(8, "there");
  assert.deepEqual(browser.bodies(), ["here", "there"]);
});

for (const code of ["disconnected", "timeout", "unavailable", "internal"]) {
  Deno.test(`it sends the same message under the same id after "${code}"`, async () => {
    const { clock, outbox, sends, tab } = setUp();
    await tab.connect();
    outbox.add(ROOM, "one");
    outbox.setConnected(false);
    await sends[0].refuse(code);
    await tab.connect();
    await clock.pass(1_000);
    assert.equal(sends.length, 2);
    assert.equal(sends[0].entry.clientId, sends[1].entry.clientId);
  });
}

Deno.test("it tries again by itself when the server asks for a moment", async () => {
  const { clock, outbox, sends, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  await sends[0].refuse("rate_limited", 700);
  await clock.pass(699);
  assert.deepEqual(browser.bodies(), ["one"]);
  await clock.pass(1);
  assert.deepEqual(browser.bodies(), ["one", "one"]);
});

Deno.test("it says why something could not be sent, and goes on with the next", async () => {
  const { outbox, sends, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  await sends[0].refuse("muted");
  assert.deepEqual(tab.states, [["one", "failed"], ["two", "sending"]]);
  assert.equal(outbox.of(ROOM)[0].reason, "muted");
  assert.deepEqual(browser.bodies(), ["one", "two"]);
});

Deno.test("it retries under the same id, after what was written since", async () => {
  const { outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  await sends[0].refuse("muted");
  outbox.add(ROOM, "two");
  outbox.retry(sends[0].entry.clientId);
  await sends[1].ok();
  assert.equal(sends[2].entry.clientId, sends[0].entry.clientId);
  assert.ok(sends[2].entry.at > sends[1].entry.at);
});

Deno.test("it shows a sent message until the timeline has it", async () => {
  const { outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  await sends[0].ok();
  assert.deepEqual(tab.states, [["one", "sent"]]);
  outbox.seen(sends[0].entry.clientId);
  assert.deepEqual(tab.states, []);
});

Deno.test("it shows a sent message no longer than until the timeline has come to it", async () => {
  const { outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  await sends[0].ok(); // stored at rev 50
  outbox.reached(() => 49);
  assert.equal(tab.states.length, 1);
  outbox.reached(() => 50);
  assert.equal(tab.states.length, 0);
});

Deno.test("it goes on when the timeline has a message before its ok", async () => {
  const { outbox, sends, browser, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  outbox.seen(sends[0].entry.clientId);
  await sends[0].ok();
  assert.deepEqual(tab.states, [["two", "sending"]]);
  assert.deepEqual(browser.bodies(), ["one", "two"]);
});

Deno.test("it gives a server that breaks at a message three chances", async () => {
  const { clock, outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  for (let chance = 0; chance < 3; chance += 1) {
    await sends[chance].refuse("internal");
    await clock.pass(10_000);
  }
  assert.deepEqual(tab.states, [["one", "failed"]]);
  assert.equal(sends.length, 3);
});

// ---- doubt

Deno.test("what is on its way cannot be taken out", async () => {
  const { outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  assert.equal(await outbox.discard(sends[0].entry.clientId), undefined);
  assert.equal(tab.states.length, 1);
});

Deno.test("what a rule refused can be taken out, also after a try that nobody answered", async () => {
  const { outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  await sends[0].refuse("disconnected");
  await settled();
  await sends[1].refuse("archived");
  assert.equal((await outbox.discard(sends[0].entry.clientId))?.body, "one");
  assert.deepEqual(tab.states, []);
});

for (const code of ["conflict", "something_new"]) {
  Deno.test(`"${code}" does not say that it is not stored`, async () => {
    const { outbox, sends, tab } = setUp();
    await tab.connect();
    outbox.add(ROOM, "one");
    await sends[0].refuse(code);
    assert.deepEqual(tab.states, [["one", "failed"]]);
    assert.equal(await outbox.discard(sends[0].entry.clientId), undefined);
  });
}

Deno.test("what is in doubt can be taken out once it is certain that it is not stored", async () => {
  const { browser, outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  browser.found = false;
  await sends[0].refuse("conflict");
  assert.equal((await outbox.discard(sends[0].entry.clientId))?.body, "one");
});

Deno.test("what is in doubt and turns out to be stored is over", async () => {
  const { browser, outbox, sends, tab, database } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  browser.found = true;
  await sends[0].refuse("conflict");
  assert.deepEqual(tab.states, []);
  assert.equal(database.kept.size, 0);
});

Deno.test("what was looked for before it was tried again stays in doubt", async () => {
  const { browser, clock, outbox, sends, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  browser.found = false;
  sends[0].refuse("conflict").then(() => {});
  await Promise.resolve();
  await Promise.resolve(); // it has failed, and is being looked for
  outbox.retry(sends[0].entry.clientId);
  browser.found = null;
  await clock.pass(0);
  await sends[1].refuse("conflict");
  assert.equal(await outbox.discard(sends[0].entry.clientId), undefined);
});

Deno.test("it knows after which message a stored one would have to stand", async () => {
  const { browser, outbox, sends, tab } = setUp();
  outbox.add(ROOM, "one"); // while 40 is the last
  browser.lastSeq = 44;
  await tab.connect();
  assert.equal(sends[0].entry.after, 40);
  browser.lastSeq = 12; // the database is an older one now
  await sends[0].refuse("disconnected");
  await settled();
  assert.equal(sends[1].entry.after, 12);
});

// ---- across visits

Deno.test("it takes up what an earlier visit left, under its id", async () => {
  const { sends, tab } = setUp(left());
  await tab.start();
  await tab.connect();
  assert.equal(sends[0].entry.clientId, "left");
});

Deno.test("it takes up the oldest first", async () => {
  const { outbox, tab } = setUp(left({ clientId: "b", at: 2 }), left({ clientId: "a", at: 1 }));
  outbox.add(ROOM, "newest");
  await tab.start();
  assert.deepEqual(outbox.of(ROOM).map(({ at }) => at), [1, 2, 1_000_000]);
});

Deno.test("it does not send by itself what has waited for a day", async () => {
  const { clock, outbox, sends, tab } = setUp(left({ isDoubtful: false }));
  clock.sleep(DAY + 1);
  await tab.start();
  await tab.connect();
  assert.equal(sends.length, 0);
  assert.equal(outbox.of(ROOM)[0].reason, "expired");
});

Deno.test("nor what has waited for a day in an open page", async () => {
  const { clock, outbox, sends, tab } = setUp();
  await tab.start();
  outbox.add(ROOM, "one");
  clock.sleep(DAY + 1);
  await tab.connect();
  assert.equal(sends.length, 0);
  assert.deepEqual(tab.states, [["one", "failed"]]);
});

Deno.test("what has waited for a day is sent when its author says so, under its id", async () => {
  const { clock, outbox, sends, tab } = setUp(left());
  clock.sleep(DAY + 1);
  await tab.start();
  await tab.connect();
  outbox.retry("left");
  await settled();
  assert.equal(sends[0].entry.clientId, "left");
});

Deno.test("what was tried a day ago is in doubt until it was looked for", async () => {
  const { browser, clock, outbox, tab } = setUp(left({ isDoubtful: true }));
  clock.sleep(DAY + 1);
  await tab.start();
  assert.equal(await outbox.discard("left"), undefined);
  browser.found = false;
  await tab.connect();
  assert.equal((await outbox.discard("left"))?.body, "left over");
});

Deno.test("it sends also where nothing can be kept, and says that nothing is", async () => {
  const { browser, outbox, database, tab } = setUp();
  database.isForbidden = true;
  browser.shelf.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await tab.start();
  outbox.add(ROOM, "one");
  await settled();
  assert.equal(tab.storage.keepsAll, false);
  await tab.connect();
  assert.deepEqual(browser.bodies(), ["one"]);
  await browser.sends[0].ok();
  assert.equal(tab.storage.keepsAll, true);
});

Deno.test("what the server has is not waited for, however late a database says that it kept nothing", async () => {
  const { browser, outbox, database, tab } = setUp();
  browser.shelf.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await tab.start();
  await tab.connect();
  let giveUp = () => {};
  database.change = () => new Promise((_, reject) => giveUp = () => reject(new Error("late")));
  outbox.add(ROOM, "one");
  const first = giveUp;
  await settled();
  assert.equal(tab.storage.keepsAll, false);
  await browser.sends[0].ok();
  first();
  await settled();
  assert.equal(tab.storage.keepsAll, true);
});

Deno.test("where there is no database a message outlives its page all the same", async () => {
  const { browser, outbox, database, tab } = setUp();
  database.isForbidden = true;
  outbox.add(ROOM, "one");
  await settled();
  tab.end();
  const next = await browser.open().start();
  await next.connect();
  assert.deepEqual(browser.bodies(), ["one"]);
});

Deno.test("a crash before the database has it costs nothing", async () => {
  const { browser, outbox, database, tab } = setUp();
  database.commit = new Promise(() => {});
  outbox.add(ROOM, "one");
  tab.end();
  database.commit = Promise.resolve();
  const next = await browser.open().start();
  assert.deepEqual(next.states, [["one", "waiting"]]);
  assert.equal(browser.shelf.length, 0);
});

Deno.test("it forgets what was sent, wherever it was kept", async () => {
  const { browser, outbox, sends, database, tab } = setUp();
  await tab.connect();
  outbox.add(ROOM, "one");
  await settled();
  assert.equal(database.kept.size, 1);
  await sends[0].ok();
  assert.equal(database.kept.size + browser.shelf.length, 0);
});
