/**
 * Parts of the page that are fetched when first they are wanted. `import("chat/...")` of a name that is written out,
 * so that chat/modules.py sees it; the browser keeps what has come.
 */

/** @typedef {"unreachable" | "gone"} Trouble nothing answers now; or this page is from before an update */
/** @typedef {{ loading: () => void, failed: (trouble: Trouble) => void, done: () => void }} View what it says meanwhile */

const PATIENCE = 300; // milliseconds in which nobody asks where it is

export class Late {
  #view;
  #answers;
  #clock;
  #whenIdle;
  /** @type {(() => unknown)[]} what can wait */
  #later = [];
  #isUp = false;
  #isWatched = false;
  /** @type {{ load: () => Promise<any>, show: (part: any) => unknown } | null} what is wanted now: another wish, or none, takes its place */
  #wish = null;
  #timer = 0;
  #again = () => {};

  /**
   * @param {object} world
   * @param {View} world.view what is shown of a part that is not there yet
   * @param {() => Promise<boolean>} world.answers whether the server does
   * @param {Pick<import("chat/socket.js").Clock, "setTimeout" | "clearTimeout">} world.clock
   * @param {(call: () => void) => void} world.whenIdle
   */
  constructor({ view, answers, clock, whenIdle }) {
    this.#view = view;
    this.#answers = answers;
    this.#clock = clock;
    this.#whenIdle = whenIdle;
  }

  /** What can wait until the page is up, somebody is there, and it has nothing else to do. @param {() => unknown} call */
  later(call) {
    this.#later.push(call);
  }

  /** The page is up: it has a connection, or there is none to be had. */
  rest() {
    this.#isUp = true;
    this.#begin();
  }

  /** Somebody is there, who may want what most visits do without. */
  watched() {
    this.#isWatched = true;
    this.#begin();
  }

  #begin() {
    if (!this.#isUp || !this.#isWatched) return;
    for (const call of this.#later.splice(0)) this.#whenIdle(() => void call());
  }

  /**
   * Loads a part and shows it, unless something else was wanted since. One that is on its way already is not asked
   * for again: it is shown as it was wanted last.
   * @template Part
   * @param {() => Promise<Part>} load
   * @param {(part: Part) => unknown} show
   */
  async open(load, show) {
    if (this.#wish?.load === load) {
      this.#wish.show = show;
      return;
    }
    this.giveUp();
    const wish = this.#wish = { load, show };
    this.#timer = this.#clock.setTimeout(() => this.#view.loading(), PATIENCE);
    const part = await this.#fetch(load);
    if (wish !== this.#wish) return;
    this.giveUp();
    if (typeof part === "string") {
      this.#again = () => this.open(load, wish.show);
      this.#view.failed(part);
    } else {
      this.#view.done();
      wish.show(part.is);
    }
  }

  /** Once more what failed. */
  retry() {
    this.#again();
  }

  /** Whoever closes what says that it is loading, or that it cannot be, no longer wants it. */
  giveUp() {
    this.#clock.clearTimeout(this.#timer);
    this.#wish = null;
    this.#again = () => {};
  }

  /**
   * @template Part
   * @param {() => Promise<Part>} load
   * @returns {Promise<{ is: Part } | Trouble>}
   */
  async #fetch(load) {
    try {
      return { is: await load() };
    } catch {
      if (!await this.#answers()) return "unreachable";
    }
    try {
      return { is: await load() }; // the connection was back before we asked for it
    } catch {
      return "gone"; // or the browser remembers that it failed: a new page helps against both
    }
  }
}

/**
 * One that a key opens: who goes on typing must find it there. So it is fetched before anybody asks for it, and is then
 * shown at once.
 * @template Part
 */
export class Soon {
  #late;
  #load;
  /** @type {Part | null} */
  #part = null;

  /** @param {Late} late @param {() => Promise<Part>} load */
  constructor(late, load) {
    this.#late = late;
    this.#load = load;
    late.later(() => this.#fetch());
  }

  /** @param {(part: Part) => unknown} show @param {Late} [late] what says that it is loading */
  open(show, late = this.#late) {
    if (this.#part) show(this.#part);
    else late.open(this.#load, show);
  }

  /** What cannot be had now is asked for again when it is wanted. */
  async #fetch() {
    this.#part = await this.#load().catch(() => null);
  }
}

/**
 * One that goes on working in the page once it is there: it comes when there is time for it, or with the first need.
 * What could not be had is tried again with the next; until then the page does without it, and says nothing.
 * @template Module
 * @template {{ connect: () => void, disconnect: () => void }} Part
 */
export class Resident {
  #late;
  #load;
  #make;
  /** @type {Part | null} */
  part = null;
  #hasEnded = false;

  /** @param {Late} late @param {() => Promise<Module>} load @param {(module: Module) => Part} make */
  constructor(late, load, make) {
    this.#late = late;
    this.#load = load;
    this.#make = make;
  }

  connect() {
    this.#late.later(() => this.fetch());
  }

  disconnect() {
    this.#hasEnded = true;
    this.part?.disconnect();
  }

  /** It is needed now. */
  async fetch() {
    const module = await this.#load().catch(() => null);
    if (!module || this.part || this.#hasEnded) return this.part;
    this.part = this.#make(module);
    this.part.connect();
    return this.part;
  }
}

/** Whether the server answers: with what, of a file that an update may have taken away, does not matter. */
export async function serverAnswers() {
  try {
    const answer = await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
    return answer.status < 500;
  } catch {
    return false;
  }
}
