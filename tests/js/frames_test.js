import assert from "node:assert/strict";
import { Frames } from "chat/frames.js";

/** A screen whose frames, and whose time, come when the test says. */
class Screen {
  now = 0;
  /** @type {(() => void)[]} */
  due = [];
  /** @type {{ at: number, call: () => void }[]} */
  timers = [];
  drawn = 0;
  cost = 0;

  frames = new Frames({
    nextFrame: (call) => this.due.push(call),
    afterFrame: (call) => call(),
    clock: {
      now: () => this.now,
      setTimeout: (call, ms) => this.timers.push({ at: this.now + ms, call }),
    },
  });

  draw = () => {
    this.drawn += 1;
    this.now += this.cost;
  };

  frame() {
    for (const call of this.due.splice(0)) call();
  }

  /** @param {number} ms */
  wait(ms) {
    this.now += ms;
    const isOver = (/** @type {{ at: number }} */ { at }) => at <= this.now;
    const over = this.timers.filter(isOver);
    this.timers = this.timers.filter((timer) => !isOver(timer));
    for (const { call } of over) call();
  }
}

Deno.test("what is asked for several times is drawn once, with the next frame", () => {
  const screen = new Screen();
  for (let count = 0; count < 5; count++) screen.frames.soon(screen.draw);
  assert.equal(screen.drawn, 0);
  screen.frame();
  screen.frame();
  assert.equal(screen.drawn, 1);
});

Deno.test("after a light drawing the next one has the next frame", () => {
  const screen = new Screen();
  screen.cost = 2;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.frames.soon(screen.draw);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("after a long drawing the next one waits four times as long", () => {
  const screen = new Screen();
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.frames.soon(screen.draw);
  screen.wait(159);
  screen.frame();
  assert.equal(screen.drawn, 1);
  screen.wait(1);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("it never waits longer than a quarter of a second", () => {
  const screen = new Screen();
  screen.cost = 5000;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.frames.soon(screen.draw);
  screen.wait(250);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("what somebody did themselves does not wait", () => {
  const screen = new Screen();
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.frames.hurry(screen.draw);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("a rest that was cut short does not end the next one", () => {
  const screen = new Screen();
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame(); // rests until 120
  screen.wait(20);
  screen.frames.hurry(screen.draw);
  screen.frame(); // rests from 100 until 180
  screen.frames.soon(screen.draw);
  screen.wait(40);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("what is asked for while it is drawn comes with another frame", () => {
  const screen = new Screen();
  const again = () => {
    screen.draw();
    if (screen.drawn === 1) screen.frames.soon(again);
  };
  screen.frames.soon(again);
  screen.frame();
  screen.frame();
  assert.equal(screen.drawn, 2);
});

/** After a drawing of 40 ms and its rest, with something to draw. @param {Screen} screen @param {number} ago when a key was pressed */
function isRested(screen, ago) {
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame(); // rests from 40 until 200
  screen.frames.soon(screen.draw);
  screen.wait(160 - ago);
  screen.frames.typed();
  screen.wait(ago);
  screen.frame();
}

Deno.test("while somebody types the next drawing comes after the frame of the next key", () => {
  const screen = new Screen();
  isRested(screen, 100);
  assert.equal(screen.drawn, 1);
  screen.frames.typed();
  screen.frames.typed();
  screen.frame(); // that of the key
  assert.equal(screen.drawn, 1);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("where no other key comes it waits a quarter of a second for it", () => {
  const screen = new Screen();
  isRested(screen, 100);
  screen.wait(249);
  screen.frame();
  assert.equal(screen.drawn, 1);
  screen.wait(1);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("what somebody did themselves does not wait for a key", () => {
  const screen = new Screen();
  isRested(screen, 100);
  screen.frames.hurry(screen.draw);
  screen.frame();
  assert.equal(screen.drawn, 2);
  screen.wait(250); // what waited for a key ends nothing of the new rest
  screen.frames.soon(screen.draw);
  screen.frame();
  assert.equal(screen.drawn, 3);
});

Deno.test("for who has stopped typing nothing waits", () => {
  const screen = new Screen();
  screen.frames.typed();
  screen.now = 1_000;
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.frames.soon(screen.draw);
  screen.wait(160);
  screen.frame();
  assert.equal(screen.drawn, 2);
});

Deno.test("what comes when all is drawn waits for no key", () => {
  const screen = new Screen();
  screen.cost = 40;
  screen.frames.soon(screen.draw);
  screen.frame();
  screen.wait(100);
  screen.frames.typed();
  screen.wait(60);
  screen.frames.soon(screen.draw);
  screen.frame();
  assert.equal(screen.drawn, 2);
});
