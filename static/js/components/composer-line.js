/** The line below the composer: what becomes of what is written, and how much of it still fits. */

import { part, setText } from "chat/components/markup.js";
import { countdown } from "chat/pace.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Format } from "chat/format.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

const COUNT_FROM = 500; // characters left from which on they are counted
const MINUTE = 60_000;

export class ComposerLine {
  #app;
  #form;
  #hint;
  #counter;
  #room = 0;
  #waitsForFiles = false;
  #isAway = false;
  #ticker = 0;

  /** @param {HTMLFormElement} form @param {App} app */
  constructor(form, app) {
    this.#app = app;
    this.#form = form;
    this.#hint = part(form, ".composer__hint");
    this.#counter = part(form, ".composer__counter");
  }

  disconnect() {
    clearTimeout(this.#ticker);
  }

  /** @param {boolean} isAway whether there is no connection, for long enough to be worth a word */
  setAway(isAway) {
    this.#isAway = isAway;
    this.#draw();
  }

  /** @param {number} room @param {boolean} waitsForFiles whether what is written leaves as soon as they are there */
  say(room, waitsForFiles) {
    this.#room = room;
    this.#waitsForFiles = waitsForFiles;
    this.#draw();
  }

  /** @param {number} length of what would be sent @param {number} limit both in code points, as the server counts */
  count(length, limit) {
    const left = limit - length;
    const name = left >= 0 ? "characters_left" : "characters_over";
    const text = left > COUNT_FROM ? "" : t(name, { n: Math.abs(left) });
    setText(this.#counter, text);
    this.#counter.classList.toggle("is-over", left < 0);
  }

  #draw() {
    const count = this.#app.outbox.of(this.#room)
      .filter(({ state }) => state === "waiting" || state === "sending").length;
    const away = count > 0 ? t("waiting", { n: count }) : t("away");
    const pause = this.#sayPause(); // also where something else is said: its end is to be seen
    const rest = this.#isAway ? away : pause;
    const text = this.#waitsForFiles ? t("upload_waits") : rest;
    setText(this.#hint, text);
  }

  /** Why nothing leaves for now, and until when. */
  #sayPause() {
    clearTimeout(this.#ticker);
    const { store, pace } = this.#app;
    const own = store.rooms.get(this.#room);
    if (own) this.#noteLastPost(own);
    const [muted, left] = own ? [pace.muted(own), pace.left(own)] : [0, 0];
    this.#tellMuted(muted > 0);
    this.#form.classList.toggle("is-paused", muted > 0 || left > 0);
    if (own && muted > 0) {
      if (muted < Infinity) this.#drawAfter(Math.min(muted, MINUTE));
      return muteText(own, this.#app.format);
    }
    if (left === 0) return "";
    this.#drawAfter(left % 1_000 || 1_000);
    return t("slow_mode", { time: countdown(left) });
  }

  /** Of its end nobody tells: whatever it took away comes back from here. @param {boolean} isMuted */
  #tellMuted(isMuted) {
    if (this.#form.classList.contains("is-muted") === isMuted) return;
    this.#form.classList.toggle("is-muted", isMuted);
    /** @type {HTMLButtonElement} */ (part(this.#form, ".composer__attach")).disabled = isMuted;
    this.#app.timeline.schedule();
  }

  /** @param {number} ms */
  #drawAfter(ms) {
    this.#ticker = window.setTimeout(() => this.#draw(), ms);
  }

  /** What one wrote before this page was loaded counts, too. @param {OwnRoom} own */
  #noteLastPost(own) {
    if (own.slow_mode === 0) return;
    const { store, pace } = this.#app;
    const last = store.histories.get(own.id)?.messages
      .findLast(({ author, kind }) => author === store.me?.id && kind === "text");
    if (last) pace.posted(own.id, Date.parse(last.at));
  }
}

/** That one is muted there, and until when. @param {OwnRoom} room @param {Format} format */
export function muteText({ mute }, format) {
  const until = mute?.until ?? null;
  if (until === null) return t("refused_muted");
  const isToday = format.dayKey(until) === format.dayKey(Date.now());
  return t("muted_until", { time: isToday ? format.time(until) : format.full(until) });
}
