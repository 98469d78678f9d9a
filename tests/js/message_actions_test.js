import assert from "node:assert/strict";
import { MessageActions } from "chat/components/message-actions.js";
import { setStrings } from "chat/strings.js";
import { ALICE, BOB, message, room } from "./wire.js";

setStrings({ refused_muted: "You are muted." });

/** Two rooms with a message of the same number, and what is asked for in one of them. */
function setUp() {
  /** @type {unknown[]} */
  const done = [];
  const histories = [7, 8].map((id) => [id, { find: () => message(3, { author: BOB.id }) }]);
  let choose = (/** @type {string} */ _) => {};
  let show = (/** @type {any} */ _) => {};
  const app = {
    view: { room: 7 },
    store: {
      me: ALICE,
      rooms: new Map([[7, room(7)], [8, room(8)]]),
      members: new Map(),
      histories: new Map(/** @type {any} */ (histories)),
    },
    keep: { useEmoji: () => {} },
    reactions: { toggle: (/** @type {number} */ id) => done.push(["react", id]) },
    picker: { open: (/** @type {any} */ _, /** @type {any} */ onChoose) => choose = onChoose },
    late: { open: (/** @type {any} */ _, /** @type {any} */ onPart) => show = onPart },
    pace: { mayPost: () => true },
    notice: { say: (/** @type {string} */ text) => done.push(text) },
  };
  const actions = new MessageActions(/** @type {any} */ (app));
  const near = /** @type {any} */ ({ getBoundingClientRect: () => {}, dataset: { do: "history" } });
  const report = (/** @type {number} */ id) => done.push(["report", id]);
  const parts = {
    reportMessage: report,
    showEditHistory: (/** @type {number} */ id) => done.push(["history", id]),
  };
  return { actions, app, done, near, choose: () => choose("👍"), arrives: () => show(parts) };
}

Deno.test("an emoji that is chosen after going to another room is for the message it was asked for", () => {
  const { actions, app, choose, done, near } = setUp();
  actions.do("react", 3, near);
  app.view = { room: 8 };
  choose();
  assert.deepEqual(done, [["react", 7]]);
});

Deno.test("what comes after going to another room is about the message it was asked for", () => {
  const { actions, app, arrives, done, near } = setUp();
  for (const ask of [() => actions.do("report", 3, near), () => actions.press(near, 3)]) {
    app.view = { room: 7 };
    ask();
    app.view = { room: 8 };
    arrives();
  }
  assert.deepEqual(done, [["report", 7], ["history", 7]]);
});

Deno.test("where nothing may be said a key and a pill say why, and what was chosen before is not sent", () => {
  const { actions, app, choose, done, near } = setUp();
  actions.do("react", 3, near);
  app.pace.mayPost = () => false;
  actions.do("react", 3, near);
  actions.react(3, "👍");
  choose();
  assert.deepEqual(done, Array(3).fill("You are muted."));
});
