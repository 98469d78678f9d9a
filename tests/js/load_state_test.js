import assert from "node:assert/strict";
import { LoadState } from "chat/components/load-state.js";
import { CommandError } from "chat/commands.js";
import { settled } from "./fakes.js";

class FakeElement {
  textContent = "";
  addEventListener() {}
}

Deno.test("a list that was begun anew is not said to be missing by what it was begun for before", async () => {
  Object.assign(globalThis, { HTMLElement: FakeElement });
  const root = { dataset: { state: "" }, querySelector: () => new FakeElement() };
  /** @type {{ resolve: (text: string) => void, reject: (error: Error) => void }[]} */
  const loads = [];
  const load = () => new Promise((resolve, reject) => loads.push({ resolve, reject }));
  const list = new LoadState(/** @type {any} */ (root), /** @type {any} */ (load));
  list.start();
  list.start();
  loads[1].resolve("");
  await settled();
  loads[0].reject(new CommandError("timeout"));
  await settled();
  assert.equal(root.dataset.state, "ready");
});
