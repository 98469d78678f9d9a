import assert from "node:assert/strict";
import { Late, Resident, Soon } from "chat/late.js";
import { FakeClock, settled } from "./fakes.js";

/** A server that can be away, and what the page says meanwhile. */
class World {
  clock = new FakeClock();
  /** @type {string[]} */
  said = [];
  /** @type {string[]} */
  shown = [];
  isThere = true;
  loads = 0;
  /** @type {(() => void)[]} */
  idle = [];
  /** @type {{ resolve: (part: string) => void, reject: () => void }} */
  coming = { resolve: () => {}, reject: () => {} };
  late = new Late({
    view: {
      loading: () => this.said.push("loading"),
      failed: (trouble) => this.said.push(trouble),
      done: () => this.said.push("done"),
    },
    answers: () => Promise.resolve(this.isThere),
    clock: this.clock,
    whenIdle: (call) => this.idle.push(call),
  });

  want() {
    return this.late.open(this.load, (part) => this.shown.push(part));
  }

  async bring() {
    this.coming.resolve("part");
    await settled();
  }

  async fail() {
    this.coming.reject();
    await settled();
  }

  /** One that is fetched before anybody asks for it. */
  soon() {
    const part = new Soon(this.late, this.load);
    return () => part.open((is) => this.shown.push(is));
  }

  /** One that goes on working in the page. */
  resident() {
    return new Resident(this.late, this.load, (is) => ({
      connect: () => this.shown.push(is),
      disconnect: () => this.said.push("ended"),
    }));
  }

  /** @returns {Promise<string>} */
  load = () => {
    this.loads += 1;
    return new Promise((resolve, reject) => {
      this.coming = { resolve, reject: () => reject(new TypeError("failed to fetch")) };
    });
  };
}

Deno.test("what comes soon is shown without a word", async () => {
  const world = new World();
  world.want();
  await world.bring();
  await world.clock.pass(1_000);
  assert.deepEqual(world.shown, ["part"]);
  assert.deepEqual(world.said, ["done"]);
});

Deno.test("what takes long says that it is loading", async () => {
  const world = new World();
  world.want();
  await world.clock.pass(400);
  assert.deepEqual(world.said, ["loading"]);
  await world.bring();
  assert.deepEqual(world.said, ["loading", "done"]);
});

Deno.test("two presses open one", async () => {
  const world = new World();
  world.want();
  world.want();
  await world.bring();
  assert.equal(world.loads, 1);
  assert.deepEqual(world.shown, ["part"]);
});

Deno.test("of two presses on the way to one part the last says how it is shown", async () => {
  const world = new World();
  const open = (/** @type {string} */ name) =>
    world.late.open(world.load, () => world.shown.push(name));
  open("first");
  open("last");
  await world.bring();
  assert.deepEqual([world.loads, world.shown], [1, ["last"]]);
});

Deno.test("what is wanted later takes the place of what is on its way", async () => {
  const world = new World();
  world.want();
  world.late.open(() => Promise.resolve("another"), (part) => world.shown.push(part));
  await settled();
  await world.bring();
  await world.clock.pass(1_000);
  assert.deepEqual([world.shown, world.said], [["another"], ["done"]]);
});

Deno.test("after it has opened it can be opened again", async () => {
  const world = new World();
  for (const _ of [1, 2]) {
    world.want();
    await world.bring();
  }
  assert.deepEqual(world.shown, ["part", "part"]);
});

Deno.test("without a connection it says so, and works again when it is back", async () => {
  const world = new World();
  world.isThere = false;
  world.want();
  await world.fail();
  assert.deepEqual(world.said, ["unreachable"]);
  world.isThere = true;
  world.late.retry();
  await world.bring();
  assert.deepEqual(world.shown, ["part"]);
});

Deno.test("a connection that is back by then needs no word", async () => {
  const world = new World();
  world.want();
  await world.fail();
  await world.bring();
  assert.deepEqual(world.shown, ["part"]);
});

Deno.test("what an update took away needs a new page", async () => {
  const world = new World();
  world.want();
  await world.fail();
  await world.fail();
  assert.deepEqual(world.said, ["gone"]);
});

Deno.test("what was given up does not open later", async () => {
  const world = new World();
  world.want();
  await world.clock.pass(400);
  world.late.giveUp();
  await world.bring();
  assert.deepEqual(world.shown, []);
});

Deno.test("what was given up can be wanted again", async () => {
  const world = new World();
  world.want();
  world.late.giveUp();
  world.want();
  await world.bring();
  assert.deepEqual(world.shown, ["part"]);
});

Deno.test("nothing is fetched for a visitor who does nothing, nor before the page is up", () => {
  for (const only of ["rest", "watched"]) {
    const world = new World();
    world.soon();
    world.late[/** @type {"rest" | "watched"} */ (only)]();
    assert.deepEqual([only, world.idle.length, world.loads], [only, 0, 0]);
  }
});

Deno.test("what a key opens is fetched once the page is up, used and idle, and then shown at once", async () => {
  const world = new World();
  const open = world.soon();
  assert.deepEqual([world.idle.length, world.loads], [0, 0]);
  world.late.watched();
  world.late.rest();
  world.late.rest();
  assert.deepEqual([world.idle.length, world.loads], [1, 0]);
  world.idle[0]();
  await world.bring();
  open();
  assert.deepEqual(world.shown, ["part"]);
  assert.equal(world.loads, 1);
});

Deno.test("who asks for it before that waits as for anything else", async () => {
  const world = new World();
  world.soon()();
  await world.bring();
  assert.deepEqual(world.shown, ["part"]);
});

Deno.test("what stays in the page comes once it is idle, and once though it was needed before", async () => {
  const world = new World();
  const resident = world.resident();
  resident.connect();
  world.late.watched();
  world.late.rest();
  for (const needed of [world.idle[0], () => void resident.fetch()]) {
    needed();
    await world.bring();
  }
  assert.deepEqual(world.shown, ["part"]);
  resident.disconnect();
  assert.deepEqual(world.said, ["ended"]);
});

Deno.test("what stays in the page and could not be had comes with the next need of it, without a word", async () => {
  const world = new World();
  const resident = world.resident();
  resident.fetch();
  await world.fail();
  resident.fetch();
  await world.bring();
  assert.deepEqual([world.shown, world.said], [["part"], []]);
});

Deno.test("what comes after the page has done with it does not begin", async () => {
  const world = new World();
  const resident = world.resident();
  resident.fetch();
  resident.disconnect();
  await world.bring();
  assert.deepEqual([world.shown, resident.part], [[], null]);
});
