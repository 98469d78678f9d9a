import assert from "node:assert/strict";
import { perform } from "chat/components/form.js";
import { CommandError } from "chat/commands.js";

class FakeElement {
  textContent = "";
  hidden = true;
}

/** A form in a dialog, whose command the server refuses. */
function setUp() {
  Object.assign(globalThis, { HTMLElement: FakeElement });
  const line = new FakeElement();
  const form = { ariaBusy: "false", isConnected: true, querySelector: () => line };
  /** @type {string[]} */
  const said = [];
  const notice = { say: (/** @type {string} */ text) => said.push(text) };
  let refuse = () => {};
  const act = () =>
    new Promise((_, reject) => refuse = () => reject(new CommandError("rate_limited")));
  const run = (isTold = () => false) =>
    perform(/** @type {any} */ (form), /** @type {any} */ (notice), act, isTold);
  return { form, line, said, run, refuse: () => refuse() };
}

Deno.test("a refusal is said in the dialog where it was asked for", async () => {
  const { line, said, run, refuse } = setUp();
  const done = run();
  refuse();
  assert.equal(await done, false);
  assert.deepEqual([line.textContent, line.hidden, said], ["refused", false, []]);
});

Deno.test("one that comes after the dialog was closed is said all the same", async () => {
  const { form, said, run, refuse } = setUp();
  const done = run(() => true);
  form.isConnected = false;
  refuse();
  await done;
  assert.deepEqual(said, ["refused"]);
});
