/**
 * When the page is drawn: with the next frame, however often it is asked for until then. Where a drawing was long, the
 * frames after it belong to whoever types: under load there would otherwise be one in every frame, and each key
 * would wait for it. And the next one comes right after a key, where the time until another is longest.
 */

/** @import { Clock } from "chat/socket.js" */

const LIGHT = 8; // milliseconds that nobody notices
const REST = 4; // times as long as a drawing took
const MOST_REST = 250; // milliseconds
const TYPING = 500; // milliseconds after a key in which another is to be expected
const MOST_WAIT = 250; // milliseconds that a drawing waits for it

export class Frames {
  #nextFrame;
  #afterFrame;
  #clock;
  /** @type {Set<() => void>} */
  #draws = new Set();
  #isDue = false;
  #isHurried = false;
  #rests = 0; // so many there were; a timer of an earlier one ends nothing
  #isResting = false;
  #isAwaitingKey = false;
  #typedAt = -Infinity;

  /**
   * @param {object} world
   * @param {(call: () => void) => void} world.nextFrame
   * @param {(call: () => void) => void} world.afterFrame calls when the frame under way is on the screen
   * @param {Pick<Clock, "now" | "setTimeout">} world.clock
   */
  constructor({ nextFrame, afterFrame, clock }) {
    this.#nextFrame = nextFrame;
    this.#afterFrame = afterFrame;
    this.#clock = clock;
  }

  /** @param {() => void} draw the same function is called once */
  soon(draw) {
    this.#draws.add(draw);
    if (!this.#isDue) this.#begin();
  }

  /** For what somebody did themselves: it waits for the next frame alone. @param {() => void} draw */
  hurry(draw) {
    this.#isHurried = true;
    this.soon(draw);
    if (this.#isResting) this.#goOn();
  }

  /** Somebody wrote something; that is on the screen before what has waited for it is drawn. */
  typed() {
    this.#typedAt = this.#clock.now();
    if (!this.#isAwaitingKey) return;
    this.#isAwaitingKey = false; // the next one changes nothing more
    const goOn = this.#unlessOver(() => this.#goOn());
    this.#nextFrame(() => this.#afterFrame(goOn));
  }

  #begin() {
    this.#isDue = true;
    this.#nextFrame(() => this.#draw());
  }

  /** What one view fails at costs the others nothing. */
  #draw() {
    const began = this.#clock.now();
    this.#isHurried = false;
    const draws = [...this.#draws];
    this.#draws.clear();
    for (const draw of draws) {
      try {
        draw();
      } catch (error) {
        reportError(error);
      }
    }
    this.#afterFrame(() => this.#rest(this.#clock.now() - began));
  }

  /** @param {number} cost of the drawing, in milliseconds */
  #rest(cost) {
    if (cost < LIGHT || this.#isHurried) return this.#goOn();
    this.#isResting = true;
    const end = this.#unlessOver(() => this.#awaitKey());
    this.#clock.setTimeout(end, Math.min(cost * REST, MOST_REST));
  }

  #awaitKey() {
    const isTyping = this.#clock.now() - this.#typedAt < TYPING;
    if (!isTyping || this.#draws.size === 0) return this.#goOn();
    this.#isAwaitingKey = true;
    this.#clock.setTimeout(this.#unlessOver(() => this.#goOn()), MOST_WAIT);
  }

  /** Of all that would end a rest, what comes first does. @param {() => void} call */
  #unlessOver(call) {
    const number = ++this.#rests;
    return () => this.#isResting && number === this.#rests && call();
  }

  #goOn() {
    this.#isResting = this.#isDue = this.#isAwaitingKey = false;
    if (this.#draws.size > 0) this.#begin();
  }
}
