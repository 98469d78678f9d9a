import assert from "node:assert/strict";
import { settled } from "./fakes.js";
import { FakeBrowser, ROOM } from "./outboxes.js";

const SOME_SECONDS = 6_000;

/** Two tabs, the first of which has written something while there was no connection. */
async function setUp() {
  const browser = new FakeBrowser();
  const first = await browser.open().start();
  const second = await browser.open().start();
  first.outbox.add(ROOM, "one");
  first.outbox.add(ROOM, "two");
  await settled();
  return { browser, first, second, ...browser };
}

Deno.test("what a tab has written is sent by that tab", async () => {
  const { browser, first, second, clock } = await setUp();
  await clock.pass(SOME_SECONDS);
  await second.connect();
  await first.connect();
  assert.deepEqual(browser.sends.map(({ tab }) => tab), [first.id]);
});

Deno.test("it is left to that tab while its timers are slowed down", async () => {
  const { browser, second, clock } = await setUp();
  await second.connect();
  await clock.pass(10 * SOME_SECONDS);
  assert.equal(browser.sends.length, 0);
});

Deno.test("what a tab leaves is sent by one that lives, in order, within seconds", async () => {
  const { browser, first, second, clock } = await setUp();
  await second.connect();
  first.end();
  await clock.pass(SOME_SECONDS);
  await browser.sends[0].ok();
  assert.deepEqual(browser.bodies(), ["one", "two"]);
  assert.deepEqual([...new Set(browser.sends.map(({ tab }) => tab))], [second.id]);
});

Deno.test("it is taken over by one tab only", async () => {
  const { browser, first, second, clock } = await setUp();
  first.end();
  const adoptions = [second, browser.open()].map(({ storage }) => storage.adopt());
  await settled();
  await clock.pass(300);
  const adopted = (await Promise.all(adoptions)).flat();
  assert.deepEqual(adopted.map(({ body }) => body).sort(), ["one", "two"]);
});

Deno.test("a tab that was only frozen does not send what another has taken over", async () => {
  const { browser, first, second, clock } = await setUp();
  first.end();
  await clock.pass(SOME_SECONDS);
  first.isAwake = true;
  await first.connect();
  assert.deepEqual(browser.sends, []);
  assert.deepEqual(first.states, []);
  assert.deepEqual(second.states.map(([body]) => body), ["one", "two"]);
});

Deno.test("what failed here and was taken over cannot be edited here", async () => {
  const { browser, first, second, clock } = await setUp();
  await first.connect();
  await browser.sends[0].refuse("muted");
  const { clientId } = browser.sends[0].entry;
  first.end();
  await clock.pass(SOME_SECONDS);
  first.isAwake = true;
  assert.equal(await first.outbox.discard(clientId), undefined);
  assert.equal((await second.outbox.discard(clientId))?.body, "one");
});

Deno.test("what is being edited in one tab is sent by no other", async () => {
  const { browser, first, second, clock } = await setUp();
  await first.connect();
  await browser.sends[0].refuse("muted");
  const { clientId } = browser.sends[0].entry;
  const taking = first.outbox.discard(clientId);
  first.end();
  await second.connect();
  await clock.pass(SOME_SECONDS);
  assert.equal((await taking)?.body, "one");
  assert.deepEqual(second.states.map(([body]) => body), ["two"]);
});

Deno.test("what was taken over and is left again comes back", async () => {
  const { browser, first, second, clock } = await setUp();
  first.end();
  await clock.pass(SOME_SECONDS);
  second.end();
  first.isAwake = true;
  await first.start();
  await first.connect();
  await browser.sends[0].ok();
  assert.deepEqual(browser.bodies(), ["one", "two"]);
});

Deno.test("without a channel the first to look takes what is there", async () => {
  const { browser, first, second, clock } = await setUp();
  first.listeners = [];
  await clock.pass(SOME_SECONDS);
  await first.connect();
  await second.connect();
  assert.deepEqual(browser.bodies(), ["one"]);
});

Deno.test("two tabs that write at once each keep their own", async () => {
  const { browser, first, second } = await setUp();
  second.outbox.add(ROOM, "three");
  await first.connect();
  await second.connect();
  assert.deepEqual(browser.bodies().sort(), ["one", "three"]);
  assert.equal(new Set(browser.sends.map(({ entry }) => entry.clientId)).size, 2);
});
