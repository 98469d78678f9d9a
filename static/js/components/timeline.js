/** The timeline of the open room: its rows, what loads as one scrolls, and what counts as read. */

import { AuthorStops } from "chat/components/author-stops.js";
import { beginningSignature, buildBeginning } from "chat/components/beginning.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { buildRow, patchRow, signatureOf } from "chat/components/message.js";
import { MessageTools } from "chat/components/message-tools.js";
import { Scroll } from "chat/components/scroll.js";
import { Who } from "chat/components/who.js";
import { isUnread } from "chat/people.js";
import { rowsOf } from "chat/rows.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Context } from "chat/components/message.js" */
/** @import { History } from "chat/history.js" */
/** @import { Row } from "chat/rows.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {Row | { kind: "beginning" | "loading" | "trouble", key: string }} Line */

// A pane that a small screen does not show is there, and hidden; older browsers know the second name.
const VISIBLE = { visibilityProperty: true, checkVisibilityCSS: true };
const ENDED = { left: "room_left", removed: "room_removed", banned: "room_banned" };
const MOST_ROWS = 600;
const ROWS_KEPT = 300;

export class Timeline {
  #app;
  #element;
  #rows;
  #scroll;
  #tools;
  #who;
  #authors;
  #ending = new AbortController();
  #isDue = false;
  #hasFailed = false;
  #shownRoom = 0;
  /** @type {number | null} the first message that was not read yet when it came into view */
  #firstNew = null;
  /** What is new has been in view, or come while one looked: there is no need to lead back to it. */
  #hasMetNew = true;
  /** All was read since `#firstNew` was set: what comes unseen now is news of its own. */
  #isCaughtUp = false;
  /** Somebody wants to read from here on again: looking at it does not count until they have left the room. */
  #isHeldBack = false;
  /** @type {number | null} a message that is still to be scrolled to */
  #goal = null;

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
    this.#rows = part(element, ".timeline__rows");
    this.#scroll = new Scroll(element);
    this.#tools = new MessageTools(this.#rows, app.actions);
    this.#who = new Who(this.#rows);
    this.#authors = new AuthorStops(this.#rows);
  }

  connect() {
    this.#tools.connect();
    this.#who.connect();
    const { signal } = this.#ending;
    const { store } = this.#app;
    this.#authors.connect();
    signal.addEventListener("abort", store.subscribe(() => this.schedule()));
    this.#element.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.#rows.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("focus", () => this.schedule(), { signal });
    document.addEventListener("visibilitychange", () => this.schedule(), { signal });
  }

  disconnect() {
    this.#authors.disconnect();
    this.#ending.abort();
    this.#tools.disconnect();
    this.#who.disconnect();
  }

  /** Draws with the next frame, however much changes until then. */
  schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      this.#isDue = false;
      this.render();
    };
    // A hidden page has no frames, but has to know what it shows when it comes back.
    if (document.visibilityState === "visible") requestAnimationFrame(draw);
    else setTimeout(draw, 250);
  }

  /**
   * Another room, or another place in it.
   * @param {number | null} target the message that is marked
   * @param {number | null} [goal] the one that is scrolled to, if it is another
   */
  show(target, goal = target) {
    const own = this.#own;
    this.#hasFailed = false;
    this.#goal = goal;
    if (goal !== null) this.#quietly(() => {});
    if (own && own.id !== this.#shownRoom) {
      this.#shownRoom = own.id;
      this.#firstNew = isUnread(own) ? firstUnread(own) : null;
      this.#hasMetNew = this.#firstNew === null;
      this.#isCaughtUp = this.#isHeldBack = false;
      this.#scroll.toEnd();
      this.#quietly(() => this.render());
    }
    this.schedule();
    this.#load(() => this.#app.client.open(this.#app.view.room, goal));
  }

  /** There is a connection again: what could not be loaded is worth another try. */
  recover() {
    this.#hasFailed = false;
    this.schedule();
  }

  /** The line of a message, if it is among those held. @param {number} seq @returns {HTMLElement | null} */
  line(seq) {
    return this.#rows.querySelector(`[data-seq="${seq}"]`);
  }

  async toEnd() {
    this.#goal = null;
    await this.#load(() => this.#app.client.open(this.#app.view.room));
    this.#quietly(() => this.render());
    this.#scroll.toEnd();
  }

  /** The message in the middle of what is seen, for whoever comes back; null at the end. */
  get reading() {
    return this.isAtEnd ? null : this.#scroll.middle;
  }

  /** Back to the first message that was not read. */
  async toNew() {
    if (this.#firstNew === null) return;
    this.#goal = this.#firstNew;
    this.#hasMetNew = true;
    await this.#load(() => this.#app.client.open(this.#app.view.room, this.#firstNew));
    this.#quietly(() => this.render());
  }

  /** What is new begins further up than one sees, and one has not been there. */
  get isNewAbove() {
    return !this.#hasMetNew && this.#history?.isStale === false;
  }

  /** From this message on the room is unread again, whoever goes on looking at it. @param {number} seq */
  unreadFrom(seq) {
    const { reading, view } = this.#app;
    this.#isHeldBack = true;
    this.#firstNew = seq;
    this.#hasMetNew = true;
    reading.unread(view.room, seq);
    this.schedule();
  }

  get isAtEnd() {
    const history = this.#history;
    return this.#scroll.isAtEnd && (!history || history.isStale || history.isEnd);
  }

  render() {
    const own = this.#own;
    if (!own) return this.#drawGone();
    this.#noteNew(own);
    this.#scroll.keep(() => this.#tools.keep(() => this.#draw(own)));
    this.#authors.settle();
    this.#reachGoal();
    this.#meetNew();
    this.#see(own);
    this.#app.onTimeline();
    this.#loadMore();
  }

  get #own() {
    return this.#app.store.rooms.get(this.#app.view.room);
  }

  get #history() {
    return this.#app.store.histories.get(this.#app.view.room);
  }

  /** @param {OwnRoom} own */
  #draw(own) {
    const { format, edits, reactions, store } = this.#app;
    if (!store.me) return;
    const { me, users } = store;
    const context = { room: own, me, users, format, now: Date.now(), edits, reactions };
    reconcile(this.#rows, this.#lines(own), {
      key: (line) => `${own.id} ${line.key}`,
      signature: (line) => this.#signatureOf(line, context),
      build: (line) => this.#build(line, context),
      patch: (element, line, before) => isRow(line) && patchRow(element, line, context, before),
    });
  }

  /** The room is no longer ours to read; it may be again. */
  #drawGone() {
    const isNew = this.#rows.querySelector('[data-do="leave"]') === null;
    reconcile(this.#rows, [{ key: "gone" }], {
      key: ({ key }) => key,
      signature: () => "",
      build: () => this.#buildGone(),
    });
    // The composer, which may have had the focus, is gone with the room.
    const focused = document.activeElement;
    const isLost = focused === document.body || focused?.closest("[hidden]");
    if (isNew && isLost) part(this.#rows, "button").focus();
    this.#app.onTimeline();
  }

  #buildGone() {
    const element = clone("gone");
    const room = isolated(this.#app.head.title);
    const ending = this.#app.store.endings.get(this.#app.view.room);
    part(element, "h2").textContent = t(ending ? ENDED[ending] : "room_gone", { room });
    return element;
  }

  /** @param {OwnRoom} own @returns {Line[]} */
  #lines(own) {
    const { store, outbox, view, format } = this.#app;
    const history = this.#history;
    if (!history || !store.me) return [];
    const isLoaded = !history.isStale || history.messages.length > 0;
    const rows = rowsOf({
      messages: history.messages,
      entries: history.isEnd || !isLoaded ? outbox.of(own.id) : [],
      find: (seq) => history.find(seq),
      users: store.users,
      me: store.me,
      blocked: store.blocked,
      firstNew: this.#firstNew,
      target: view.target,
      format,
    });
    /** @type {Line[]} */
    const before = [];
    if (history.isStart) before.push({ kind: "beginning", key: "beginning" });
    if (this.#hasFailed) before.push({ kind: "trouble", key: "trouble" });
    else if (!history.isStart) before.push({ kind: "loading", key: "loading" });
    return [...before, ...rows];
  }

  /** @param {Line} line @param {Context} context */
  #signatureOf(line, context) {
    if (isRow(line)) return signatureOf(line, context);
    return line.kind === "beginning" ? beginningSignature(context.room, this.#app.store) : "";
  }

  /** @param {Line} line @param {Context} context */
  #build(line, context) {
    if (isRow(line)) return buildRow(line, context);
    if (line.kind === "beginning") return buildBeginning(context.room, this.#app.store);
    const element = clone(line.kind);
    if (line.kind === "trouble") part(element, ".trouble__text").textContent = t("load_failed");
    return element;
  }

  /** Screen readers are told of what comes, not of what was loaded. @param {() => void} change */
  #quietly(change) {
    this.#element.setAttribute("aria-live", "off");
    change();
    setTimeout(() => this.#element.removeAttribute("aria-live"), 500);
  }

  // ---- loading

  #scrolled() {
    this.#meetNew();
    this.#see(this.#own);
    this.#app.onTimeline();
    this.#loadMore();
  }

  #loadMore() {
    const history = this.#history;
    if (!history || history.isStale || history.isLoading || this.#hasFailed) return;
    const { client, view } = this.#app;
    if (!history.isStart && this.#scroll.above < this.#scroll.page * 1.5) {
      this.#load(() => client.loadOlder(view.room));
    } else if (!history.isEnd && this.#scroll.below < this.#scroll.page) {
      this.#load(() => client.loadNewer(view.room));
    } else if (history.isEnd && this.#scroll.isAtEnd && history.messages.length > MOST_ROWS) {
      history.keepNewest(ROWS_KEPT);
    }
  }

  /** @param {() => Promise<void>} load */
  async #load(load) {
    const { room } = this.#app.view;
    try {
      await load();
    } catch {
      // While there is no connection the banner says so, and what is missing comes with the next one.
      this.#hasFailed = this.#app.socket.isLive && room === this.#app.view.room;
      this.schedule();
    }
  }

  #reachGoal() {
    if (this.#goal === null) return;
    const element = this.line(this.#goal);
    if (!element) return this.#missGoal();
    const isMarked = this.#goal === this.#app.view.target;
    this.#goal = null;
    this.#scroll.toElement(element);
    if (!isMarked) return;
    element.focus({ preventScroll: true });
    for (const fading of element.getAnimations()) {
      fading.cancel(); // who comes again sees it again
      fading.play();
    }
  }

  /** What a link led to and the room does not have, or no longer. */
  #missGoal() {
    const history = this.#history;
    if (!history || history.isStale || history.isLoading || this.#hasFailed) return;
    if (!this.#isGoalAbsent(history)) return;
    this.#goal = null;
    this.#app.notice.say(t("target_gone"));
  }

  /** @param {History} history */
  #isGoalAbsent({ messages, low, high, isStart, isEnd }) {
    const goal = this.#goal ?? 0;
    return messages.length === 0 || (goal < low && isStart) || (goal > high && isEnd) ||
      (goal >= low && goal <= high);
  }

  // ---- reading

  /** Whether somebody looks at the room: the page is in front, and on a small screen so is this pane. */
  get isLooking() {
    return this.#history?.isStale === false && document.visibilityState === "visible" &&
      document.hasFocus() && this.#element.checkVisibility(VISIBLE);
  }

  /** What comes while nobody looks is new to whoever comes back. @param {OwnRoom} own */
  #noteNew(own) {
    if (!isUnread(own)) this.#isCaughtUp = true;
    const isNews = isUnread(own) && !(this.isLooking && this.isAtEnd);
    if (isNews && (this.#firstNew === null || this.#isCaughtUp)) {
      this.#firstNew = firstUnread(own);
      this.#isCaughtUp = false;
    }
  }

  /** Whoever has had the divider in view knows where it is. */
  #meetNew() {
    if (this.#hasMetNew || this.#history?.isStale !== false) return;
    const divider = this.#rows.querySelector(".new-divider");
    if (divider && this.#scroll.hasInView(divider)) this.#hasMetNew = true;
  }

  /** @param {OwnRoom | undefined} own */
  #see(own) {
    if (!own || !isUnread(own) || this.#isHeldBack || !this.isLooking) return;
    const seq = this.isAtEnd ? own.last_seq : this.#scroll.lastInView;
    if (seq > own.read_seq) this.#app.reading.saw(own.id, seq);
  }

  // ---- acting

  /** @param {MouseEvent} event */
  async #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button) return;
    if (button.dataset.do === "leave") return location.assign("/");
    if (button.closest(".trouble")) {
      this.recover();
      this.#load(() => this.#app.client.open(this.#app.view.room));
      return;
    }
    const message = button.closest("[data-seq]");
    if (message instanceof HTMLElement) {
      this.#app.actions.press(button, Number(message.dataset.seq));
      return;
    }
    const line = button.closest("[data-client-id]");
    if (!(line instanceof HTMLElement)) return;
    const clientId = line.dataset.clientId ?? "";
    const { outbox } = this.#app;
    if (button.dataset.do === "retry") outbox.retry(clientId);
    else {
      const entry = await outbox.discard(clientId);
      if (!entry) return;
      const { body, replyTo, attachments } = entry;
      if (button.dataset.do === "edit") this.#app.compose(body, replyTo, attachments);
      else this.#app.discardFiles(attachments ?? []);
    }
  }
}

/** @param {OwnRoom} own */
function firstUnread({ read_seq, first_seq }) {
  return Math.max(read_seq + 1, first_seq);
}

/** @param {Line} line @returns {line is Row} */
function isRow(line) {
  return !["beginning", "loading", "trouble"].includes(line.kind);
}
