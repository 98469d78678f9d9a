import assert from "node:assert/strict";
import { ListState } from "chat/components/list-state.js";
import { LoadState } from "chat/components/load-state.js";
import { CommandError } from "chat/commands.js";
import { setStrings } from "chat/strings.js";
import { FakeClock, settled } from "./fakes.js";

setStrings({
  loading: "Loading…",
  offline: "There is no connection.",
  couldnt_load: "Couldn't load this. %(reason)s",
  refused_muted: "You are muted.",
});

class FakeElement extends EventTarget {
  textContent = "";
  hidden = false;
  value = "";
  firstElementChild = null;
  replaceChildren() {}
  insertBefore() {}
}

/** Where a list will stand, with as much of its parts as it is told. */
function place() {
  Object.assign(globalThis, { HTMLElement: FakeElement });
  /** @type {Map<string, FakeElement>} */
  const parts = new Map();
  const querySelector = (/** @type {string} */ name) => {
    if (!parts.has(name)) parts.set(name, new FakeElement());
    return parts.get(name);
  };
  const root = { dataset: { state: "" }, querySelector };
  const told = () => [root.dataset.state, querySelector(".dialog__status")?.textContent];
  const again = () => querySelector(".dialog__again")?.dispatchEvent(new Event("click"));
  return { root: /** @type {any} */ (root), told, again };
}

/** What is asked for, to be answered by hand. */
function asking() {
  /** @type {{ resolve: (answer: any) => void, reject: (error: Error) => void }[]} */
  const asked = [];
  const ask = () => new Promise((resolve, reject) => asked.push({ resolve, reject }));
  return { asked, ask: /** @type {() => Promise<any>} */ (ask) };
}

Deno.test("a list says that it is loading, why it did not come, and can be asked for again", async () => {
  const { root, told, again } = place();
  const { asked, ask } = asking();
  new LoadState(root, ask).connect(new AbortController().signal);
  assert.deepEqual(told(), ["loading", "Loading…"]);
  asked[0].reject(new CommandError("muted"));
  await settled();
  assert.deepEqual(told(), ["trouble", "Couldn't load this. You are muted."]);
  again();
  asked[1].resolve("Nothing is here.");
  await settled();
  assert.deepEqual(told(), ["ready", "Nothing is here."]);
});

Deno.test("without a connection a list says so", async () => {
  const { root, told } = place();
  const { asked, ask } = asking();
  new LoadState(root, ask).start();
  asked[0].reject(new CommandError("disconnected"));
  await settled();
  assert.deepEqual(told(), ["trouble", "There is no connection."]);
});

Deno.test("a list that was begun anew is not said to be missing by what it was begun for before", async () => {
  const { root, told } = place();
  const { asked, ask } = asking();
  const list = new LoadState(root, ask);
  list.start();
  list.start();
  asked[1].resolve("");
  await settled();
  asked[0].reject(new CommandError("timeout"));
  await settled();
  assert.deepEqual(told(), ["ready", ""]);
});

Deno.test("a list that is looked for says the same, and where there is nothing", async () => {
  const { root, told, again } = place();
  const { asked, ask } = asking();
  const none = () => "Nobody by that name.";
  const how = { ask, none, key: String, signature: String, failed: "couldnt_load" };
  const list = new ListState(root, /** @type {any} */ ({ ...how, clock: new FakeClock() }));
  list.connect(new AbortController().signal);
  assert.deepEqual(told(), ["loading", "Loading…"]);
  asked[0].reject(new CommandError("disconnected"));
  await settled();
  assert.deepEqual(told(), ["trouble", "There is no connection."]);
  again();
  asked[1].resolve({ items: [], more: false });
  await settled();
  assert.deepEqual(told(), ["found", "Nobody by that name."]);
});

Deno.test("what became of one that was found is said whatever is drawn, until other words are looked for", async () => {
  const { root, told } = place();
  const { asked, ask } = asking();
  const how = { ask, key: String, signature: String, build: () => new FakeElement() };
  const list = new ListState(root, /** @type {any} */ ({ ...how, clock: new FakeClock() }));
  list.connect(new AbortController().signal);
  asked[0].resolve({ items: ["atelier"], more: false });
  await settled();
  list.note = "You may not do that.";
  list.draw();
  assert.deepEqual(told(), ["found", "You may not do that."]);
  root.querySelector("input[type=search]").dispatchEvent(new Event("input"));
  list.draw();
  assert.deepEqual(told(), ["found", ""]);
});
