import assert from "node:assert/strict";
import { Latest } from "chat/latest.js";
import { FakeClock, settled } from "./fakes.js";

/** A list whose questions are answered by hand. */
function setUp() {
  const clock = new FakeClock();
  /** @type {{ words: string, last: string | null, answer: (page: any) => void, fail: () => void }[]} */
  const asked = [];
  let draws = 0;
  const latest = new Latest({
    ask: (words, /** @type {string | null} */ last) =>
      new Promise((resolve, reject) => {
        asked.push({ words, last, answer: resolve, fail: () => reject(new Error("no")) });
      }),
    onChange: () => draws += 1,
    clock,
  });
  return { clock, asked, latest, draws: () => draws };
}

Deno.test("what is typed is asked once, a moment after the last key", async () => {
  const { clock, asked, latest } = setUp();
  for (const words of ["d", "de", " des "]) latest.look(words);
  assert.equal(asked.length, 0);
  await clock.pass(1_000);
  assert.deepEqual(asked.map(({ words }) => words), ["des"]);
});

Deno.test("the same words are not asked again", async () => {
  const { clock, asked, latest } = setUp();
  latest.look("design");
  await clock.pass(1_000);
  latest.look("design ");
  await clock.pass(1_000);
  assert.equal(asked.length, 1);
});

Deno.test("a late answer to an earlier question does not count", async () => {
  const { clock, asked, latest } = setUp();
  latest.start();
  latest.look("design");
  await clock.pass(1_000);
  asked[1].answer({ items: ["design"], more: false });
  await settled();
  asked[0].answer({ items: ["general"], more: true });
  await settled();
  assert.deepEqual([latest.items, latest.more, latest.state], [["design"], false, "found"]);
});

Deno.test("the next page goes on after the last item", async () => {
  const { asked, latest } = setUp();
  latest.start();
  asked[0].answer({ items: ["a", "b"], more: true });
  await settled();
  latest.continue();
  assert.equal(asked[1].last, "b");
  asked[1].answer({ items: ["c"], more: false });
  await settled();
  assert.deepEqual([latest.items, latest.more], [["a", "b", "c"], false]);
});

Deno.test("what fails can be asked again and keeps what is there", async () => {
  const { asked, latest } = setUp();
  latest.start();
  asked[0].answer({ items: ["a"], more: true });
  await settled();
  latest.continue();
  asked[1].fail();
  await settled();
  assert.deepEqual([latest.state, latest.items], ["trouble", ["a"]]);
  latest.start();
  asked[2].answer({ items: ["a"], more: false });
  await settled();
  assert.equal(latest.state, "found");
});

Deno.test("once it has ended nothing is drawn any more", async () => {
  const { clock, asked, latest, draws } = setUp();
  latest.start();
  latest.look("design");
  const before = draws();
  latest.end();
  asked[0].answer({ items: ["a"], more: false });
  await clock.pass(1_000);
  assert.deepEqual([draws(), asked.length], [before, 1]);
});

Deno.test("the next page is not asked for by other words than those of what is there", async () => {
  const { clock, asked, latest } = setUp();
  latest.start();
  asked[0].answer({ items: ["a", "b"], more: true });
  await settled();
  latest.look("design");
  latest.continue();
  await clock.pass(1_000);
  latest.continue();
  assert.deepEqual(asked.slice(1).map(({ words, last }) => [words, last]), [["design", null]]);
  asked[1].answer({ items: ["design"], more: false });
  await settled();
  assert.deepEqual(latest.items, ["design"]);
});
