/** The timeline of the open room: what is seen of it, what is read of it, and where in it one goes. */

import { showGone } from "chat/components/gone.js";
import { part } from "chat/components/markup.js";
import { MessageTools } from "chat/components/message-tools.js";
import { Scroll } from "chat/components/scroll.js";
import { TimelineLoading } from "chat/components/timeline-loading.js";
import { TimelineWindow } from "chat/components/timeline-window.js";
import { Resident } from "chat/late.js";
import { News } from "chat/news.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

// A pane that a small screen does not show is there, and hidden; older browsers know the second name.
const VISIBLE = { visibilityProperty: true, checkVisibilityCSS: true };
const END = Infinity; // where the room ends, as a place to be scrolled to

export class Timeline {
  #app;
  #element;
  #rows;
  #scroll;
  #tools;
  #authors;
  #window;
  #loading;
  #news = new News();
  #ending = new AbortController();
  #draw = () => this.render();
  #shownRoom = 0;
  /** @type {number | null} a message, or the end, that is still to be scrolled to */
  #goal = null;

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
    this.#rows = part(element, ".timeline__rows");
    this.#scroll = new Scroll(element, this.#rows);
    this.#tools = new MessageTools(this.#rows, app.actions);
    this.#authors = new Resident(
      app.late,
      () => import("chat/components/author-stops.js"),
      ({ AuthorStops }) => new AuthorStops(this.#rows),
    );
    this.#loading = new TimelineLoading(app, this.#scroll, () => this.schedule());
    this.#window = new TimelineWindow(
      this.#rows,
      this.#scroll,
      (change) => this.#scroll.keep(() => this.#keepFocus(change)),
      app,
    );
  }

  connect() {
    const { signal } = this.#ending;
    for (const piece of [this.#scroll, this.#tools, this.#authors]) piece.connect();
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.schedule()));
    this.#element.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.#rows.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("focus", () => this.schedule(), { signal });
    document.addEventListener("visibilitychange", () => this.schedule(), { signal });
  }

  disconnect() {
    this.#ending.abort();
    for (const piece of [this.#scroll, this.#tools, this.#authors]) piece.disconnect();
  }

  /** Draws with the next frame, however much changes until then. */
  schedule() {
    this.#app.frames.soon(this.#draw);
  }

  /** The same at once: for what one did oneself. */
  hurry() {
    this.#app.frames.hurry(this.#draw);
  }

  /**
   * Another room, or another place in it.
   * @param {number | null} target the message that is marked
   * @param {number | null} [goal] the one that is scrolled to, if it is another
   */
  show(target, goal = target) {
    const own = this.#own;
    this.#loading.hasFailed = false;
    this.#goal = goal;
    if (own && own.id !== this.#shownRoom) {
      this.#shownRoom = own.id;
      this.#tools.leave();
      this.#news.enter(own);
      this.#scroll.toEnd();
      this.render();
    }
    this.schedule();
    this.#loading.open(goal);
  }

  /** What could not be loaded is worth another try: there is a connection again, or somebody asks for it. */
  recover() {
    this.#loading.hasFailed = false;
    const goal = this.#goal ?? (this.#loading.history?.isStale === false ? null : END);
    if (this.#own && goal !== null) this.#loading.open(goal === END ? null : goal);
    this.schedule();
  }

  /** The line of a message, if it stands in the page. @param {number} seq @returns {HTMLElement | null} */
  line(seq) {
    return this.#window.line(seq);
  }

  /** To the latest; without a connection as far as is held, and the rest of the way once there is one. */
  async toEnd() {
    this.#goal = END;
    await this.#loading.open();
    if (this.#goal !== END) return; // one is there, or has gone elsewhere
    this.#scroll.toEnd();
    this.render();
  }

  /** The message in the middle of what is seen, for whoever comes back; null at the end. */
  get reading() {
    return this.isAtEnd ? null : this.#scroll.middle;
  }

  /** Back to the first message that was not read. */
  async toNew() {
    if (this.#news.first === null) return;
    this.#goal = this.#news.first;
    this.#news.meet();
    await this.#loading.open(this.#goal);
    this.render();
  }

  /**
   * Moves the focus to the next message, up (-1) or down (1), and loads it if need be; to one in view where none has
   * the focus.
   * @param {1 | -1} step
   * @returns {Promise<boolean>} whether there was one
   */
  async step(step) {
    const { room } = this.#app.view;
    const seq = await this.#stepFrom(step);
    if (seq === 0 || room !== this.#app.view.room) return false;
    this.#window.bring(seq);
    const line = this.line(seq);
    if (!line) return false;
    line.focus({ preventScroll: true });
    this.#scroll.reveal(line);
    return true;
  }

  /** What is new begins further up than one sees, and one has not been there. */
  get isNewAbove() {
    return !this.#news.isMet && this.#loading.history?.isStale === false;
  }

  /** From this message on the room is unread again, whoever goes on looking at it. @param {number} seq */
  unreadFrom(seq) {
    this.#news.beginAt(seq);
    this.#app.reading.unread(this.#app.view.room, seq);
    this.schedule();
  }

  get isAtEnd() {
    const { history } = this.#loading;
    return this.#scroll.isAtEnd && (!history || history.isStale || history.isEnd);
  }

  /** Whether somebody looks at the room: the page is in front, and on a small screen so is this pane. */
  get isLooking() {
    return this.#loading.history?.isStale === false && document.visibilityState === "visible" &&
      document.hasFocus() && this.#element.checkVisibility(VISIBLE);
  }

  render() {
    const own = this.#own;
    if (!own) return this.#drawGone();
    this.#news.note(own, this.isLooking && this.isAtEnd);
    const { hasFailed, history } = this.#loading;
    if (this.#goal === END && history?.isStale === false && history.isEnd) {
      this.#goal = null;
      this.#scroll.toEnd();
    }
    this.#window.draw(own, history, { firstNew: this.#news.first, hasFailed, goal: this.#goal });
    this.#tools.update();
    this.#reachGoal();
    this.#seen();
    if (this.#window.isNarrow) this.schedule();
  }

  get #own() {
    return this.#app.store.rooms.get(this.#app.view.room);
  }

  /** @param {() => void} change */
  #keepFocus(change) {
    this.#tools.keep(change);
    this.#authors.part?.settle();
  }

  #drawGone() {
    const { head, store, view } = this.#app;
    this.#window.leave();
    showGone(this.#rows, head.title, store.endings.get(view.room));
    this.#app.onTimeline();
  }

  #scrolled() {
    this.#scroll.remember();
    this.#seen();
  }

  /** Something else is in view than before, or may be. */
  #seen() {
    this.#window.slide();
    this.#meetNews();
    this.#read();
    this.#app.onTimeline();
    this.#loading.near();
  }

  /** Whoever has had the divider in view knows where it is. */
  #meetNews() {
    if (!this.isNewAbove) return;
    const divider = this.#rows.querySelector(".new-divider");
    if (divider && this.#scroll.hasInView(divider)) this.#news.meet();
  }

  #read() {
    const own = this.#own;
    if (!own || !this.#news.counts(own) || !this.isLooking) return;
    const seq = this.isAtEnd ? own.last_seq : this.#scroll.lastInView;
    if (seq > own.read_seq) this.#app.reading.saw(own.id, seq);
  }

  #reachGoal() {
    const goal = this.#goal;
    if (goal === null || goal === END) return;
    const element = this.line(goal);
    if (!element) return this.#missGoal(goal);
    this.#goal = null;
    this.#scroll.toElement(element);
    if (goal !== this.#app.view.target) return;
    element.focus({ preventScroll: true });
    for (const fading of element.getAnimations()) {
      fading.cancel(); // who comes again sees it again
      fading.play();
    }
  }

  /** @param {number} goal */
  #missGoal(goal) {
    if (!this.#loading.isAbsent(goal)) return;
    this.#goal = null;
    this.#app.notice.say(t("target_gone"));
  }

  /** @param {1 | -1} step @returns {Promise<number>} the message to step to; 0 if there is none */
  async #stepFrom(step) {
    const focused = document.activeElement?.closest("[data-seq]");
    const isOurs = focused instanceof HTMLElement && this.#rows.contains(focused);
    const { lastInView, firstInView } = this.#scroll;
    const from = isOurs ? Number(focused.dataset.seq) : step < 0 ? lastInView : firstInView;
    if (!isOurs && this.line(from)?.matches(".message")) return from;
    if (from === 0) return 0;
    const held = this.#window.next(from, step);
    if (held !== 0) return held;
    await this.#loading.beyond(step);
    this.render();
    return this.#window.next(from, step);
  }

  /** @param {MouseEvent} event */
  async #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button) return;
    if (button.dataset.do === "leave") return location.assign("/");
    if (button.closest(".trouble")) return this.recover();
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
      this.#element.focus({ preventScroll: true }); // its line, and the button that was pressed, are gone
      if (button.dataset.do === "edit") this.#app.compose(entry);
      else this.#app.discardFiles(entry.attachments ?? []);
    }
  }
}
