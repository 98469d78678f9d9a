/**
 * Which of a timeline's lines stand in the page (window.js says it). What does not stand there is as good as there:
 * its room is left, and it is built when one comes near it.
 *
 * Heights are measured from the end of one line to the end of the next, so what is between two lines has to belong
 * to the lower one: a line may have a margin above it, but none below.
 */

import { buildLine, lineSignature, linesOf, patchLine, seqOf } from "chat/components/line.js";
import { reconcile } from "chat/components/markup.js";
import { Heard } from "chat/heard.js";
import { Heights } from "chat/heights.js";
import { isSeen, lineAt, NARROW, partsOf, spanFor, viewAt, viewOf, WIDE } from "chat/window.js";

/** @import { App } from "chat/app.js" */
/** @import { Line, Surroundings } from "chat/components/line.js" */
/** @import { Scroll } from "chat/components/scroll.js" */
/** @import { History } from "chat/history.js" */
/** @import { Part, Span, View } from "chat/window.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {{ kind: "space", key: string, space: number }} Space the room of lines that do not stand there */
/** @typedef {{ key: string, distance: number }} Place a line, and how much of it is above what is seen */

const MOST_TOLD = 20;

export class TimelineWindow {
  #app;
  #element;
  #scroll;
  #keep;
  #heights = new Heights();
  #heard = new Heard();
  #room = 0;
  /** @type {Line[]} all that are held */
  #lines = [];
  #tops = [0];
  /** @type {Map<string, number>} where each line is among them, by its key */
  #places = new Map();
  /** @type {Map<number, number>} and by the seq of its message */
  #seqs = new Map();
  /** @type {Span} those that stand there */
  #span = { from: 0, to: 0 };
  #reach = WIDE;
  /** @type {(Line | Space)[]} one for each child of the element */
  #items = [];
  /** @type {Surroundings | null} */
  #context = null;
  /** @type {WeakMap<Line, string>} they hold until the next drawing */
  #signatures = new WeakMap();

  /**
   * @param {HTMLElement} element whose children the lines are
   * @param {Scroll} scroll
   * @param {(change: () => void) => void} keep changes them, and leaves what one reads and has the focus on in its place
   * @param {App} app
   */
  constructor(element, scroll, keep, app) {
    this.#app = app;
    this.#element = element;
    this.#scroll = scroll;
    this.#keep = keep;
  }

  /** The line of a message, if it stands in the page. @param {number} seq @returns {HTMLElement | null} */
  line(seq) {
    return this.#element.querySelector(`[data-seq="${seq}"]`);
  }

  /** The next message from one on, up (-1) or down (1), among those held; 0 if there is none. @param {number} seq @param {1 | -1} step */
  next(seq, step) {
    const place = this.#seqs.get(seq);
    if (place === undefined) return 0;
    for (let at = place + step; this.#lines[at]; at += step) {
      const line = this.#lines[at];
      if (line.kind === "message" && line.entry === null) return line.message.seq;
    }
    return 0;
  }

  /**
   * Draws what is held: around a message if that is the goal, else where one reads.
   * @param {OwnRoom} own
   * @param {History | undefined} history
   * @param {{ firstNew: number | null, hasFailed: boolean, goal: number | null }} view
   */
  draw(own, history, view) {
    if (!history || !this.#app.store.me) return;
    if (own.id !== this.#room) this.#enter(own.id);
    this.#scroll.catchUp();
    const isAtEnd = this.#scroll.isAtEnd && this.#scroll.sticks;
    const place = this.#place;
    this.#take(linesOf(this.#app, own, history, view), own);
    const told = this.#lines.filter((line) => this.#heard.isNews(line)).slice(-MOST_TOLD);
    const seen = this.#viewFor(view.goal, isAtEnd, place);
    this.#reach = isSeen(this.#tops, seen, this.#span) ? WIDE : NARROW;
    this.#put(this.#spanAt(seen), told);
    if (isAtEnd) this.#scroll.toEnd();
    if (!history.isStale) this.#heard.drew(this.#lines, own.last_seq);
    this.#scroll.sticks = history.isEnd || history.messages.length === 0;
  }

  /** What one has just come to stands there, and little around it: that is for the next drawing. */
  get isNarrow() {
    return this.#reach === NARROW;
  }

  /** After it was scrolled: builds what one comes near, and lets go what one has left behind. */
  slide() {
    const view = this.#view;
    const span = view && this.#spanAt(view);
    if (span && (span.from !== this.#span.from || span.to !== this.#span.to)) this.#put(span);
  }

  /** Has a message stand in the page, among those around it. @param {number} seq */
  bring(seq) {
    const place = this.#seqs.get(seq);
    if (place === undefined || this.line(seq)) return;
    this.#put(this.#spanAt(viewOf(this.#tops, place, this.#scroll.page)));
  }

  /** Something else takes the place of all lines. */
  leave() {
    this.#enter(0);
  }

  /** @param {number} room */
  #enter(room) {
    this.#room = room;
    this.#heard.enter();
    this.#heights = new Heights();
    this.#lines = [];
    this.#items = [];
    this.#tops = [0];
    this.#span = { from: 0, to: 0 };
  }

  /** Takes the lines over; those that stand there and are still held go on standing there. @param {Line[]} lines @param {OwnRoom} own */
  #take(lines, own) {
    const { format, edits, pace, reactions, store } = this.#app;
    if (!store.me) return;
    const [first, last] = [this.#lines[this.#span.from], this.#lines[this.#span.to - 1]];
    const { me, users } = store;
    const now = Date.now();
    const mayPost = pace.mayPost(own);
    this.#context = { room: own, me, users, format, now, edits, reactions, mayPost, store };
    this.#signatures = new WeakMap();
    this.#lines = lines;
    this.#places = new Map(lines.map(({ key }, place) => [key, place]));
    this.#seqs = new Map();
    lines.forEach((line, place) => {
      const seq = seqOf(line);
      if (seq !== null) this.#seqs.set(seq, place);
    });
    this.#tops = this.#heights.topsOf(lines);
    const [from, to] = [this.#places.get(first?.key), this.#places.get(last?.key)];
    const isHeld = from !== undefined && to !== undefined && from <= to;
    this.#span = isHeld ? { from, to: to + 1 } : { from: 0, to: 0 };
  }

  // ---- where one reads

  /** What is seen of the lines. @returns {View | null} null where none of them stands in the page */
  get #view() {
    const { from, to } = this.#span;
    const child = this.#element.children[this.#items.indexOf(this.#lines[from])];
    if (from === to || !child) return null;
    const { top, height } = this.#scroll.view;
    const seen = this.#tops[from + 1] - (child.getBoundingClientRect().bottom - top);
    return { top: seen, bottom: seen + height };
  }

  /** @returns {Place | null} */
  get #place() {
    const view = this.#view;
    if (!view) return null;
    const first = lineAt(this.#tops, view.top);
    // Not an edge: that goes up as more is loaded.
    const line = this.#lines.findIndex((one, place) => place >= first && seqOf(one) !== null);
    return line < 0 ? null : { key: this.#lines[line].key, distance: view.top - this.#tops[line] };
  }

  /** @param {number | null} goal @param {boolean} isAtEnd @param {Place | null} place @returns {View} */
  #viewFor(goal, isAtEnd, place) {
    const { page } = this.#scroll;
    const wanted = this.#seqs.get(goal ?? -1);
    if (wanted !== undefined) return viewOf(this.#tops, wanted, page);
    const read = isAtEnd || !place ? undefined : this.#places.get(place.key);
    if (!place || read === undefined) return viewAt(this.#tops, Infinity, page);
    return viewAt(this.#tops, this.#tops[read] + place.distance, page);
  }

  /** @param {View} view */
  #spanAt(view) {
    return spanFor(this.#tops, view, this.#span, this.#reach);
  }

  // ---- what stands in the page

  /** @param {Span} span @param {Line[]} [told] news, which stands there in any case */
  #put(span, told = []) {
    const kept = [...this.#keptKeys(), ...told.map(({ key }) => key)]
      .map((key) => this.#places.get(key)).filter((place) => place !== undefined);
    this.#items = partsOf(this.#tops, span, kept).flatMap((part) => this.#itemsOf(part));
    this.#span = span;
    this.#keep(() => this.#reconcile(new Set(told)));
    this.#measure();
  }

  /**
   * The lines that may not go, however far away one is: what has the focus would lose it, what plays would fall
   * silent, and what a menu is open for would be gone.
   */
  #keptKeys() {
    const players = [...this.#element.querySelectorAll("audio, video")]
      .filter((player) => player instanceof HTMLMediaElement && !player.paused);
    const tools = this.#element.querySelector(".message-tools");
    const children = [...this.#element.children];
    return [document.activeElement, tools, ...players]
      .map((inside) => inside ? children.findIndex((child) => child.contains(inside)) : -1)
      .map((place) => this.#items[place]?.key).filter((key) => key !== undefined);
  }

  /** @param {Part} part @returns {(Line | Space)[]} */
  #itemsOf({ from, to, space }) {
    return space > 0 ? [this.#spaceBefore(to, space)] : this.#lines.slice(from, to);
  }

  /** Named after the line below it: so no line has to be moved when another space comes. @param {number} place @param {number} space @returns {Space} */
  #spaceBefore(place, space) {
    return { kind: "space", key: `space ${this.#lines[place]?.key ?? ""}`, space };
  }

  /** @param {ReadonlySet<Line | Space>} told */
  #reconcile(told) {
    const context = /** @type {Surroundings} */ (this.#context);
    reconcile(this.#element, this.#items, {
      key: ({ key }) => `${this.#room} ${key}`,
      signature: (item) => this.#signatureOf(item, context),
      build: (item) => {
        const element = item.kind === "space" ? buildSpace(item) : buildLine(item, context);
        // Only what is new is read out, or went wrong.
        const isSaid = item.kind === "trouble" || told.has(item);
        if (!isSaid) element.setAttribute("aria-live", "off");
        return element;
      },
      patch: (element, item, before) =>
        item.kind === "space"
          ? fillSpace(element, item)
          : patchLine(element, item, context, before),
    });
  }

  /** @param {Line | Space} item @param {Surroundings} context */
  #signatureOf(item, context) {
    if (item.kind === "space") return String(item.space);
    const signature = this.#signatures.get(item) ?? lineSignature(item, context);
    this.#signatures.set(item, signature);
    return signature;
  }

  /** Learns how high the lines are that stand there. */
  #measure() {
    let end = 0;
    this.#items.forEach((item, place) => {
      const { top, bottom } = this.#element.children[place].getBoundingClientRect();
      if (item.kind !== "space") this.#heights.set(item.key, bottom - (place > 0 ? end : top));
      end = bottom;
    });
    this.#tops = this.#heights.topsOf(this.#lines);
  }
}

/** @param {Space} item @returns {HTMLElement} */
function buildSpace(item) {
  const element = document.createElement("div");
  element.className = "timeline__space";
  fillSpace(element, item);
  return element;
}

/** @param {HTMLElement} element @param {Space} item */
function fillSpace(element, { space }) {
  element.style.blockSize = `${space}px`;
  return true;
}
