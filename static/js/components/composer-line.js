/** The line below the composer: what becomes of what is written, and how much of it still fits. */

import { part } from "chat/components/markup.js";
import { countdown } from "chat/pace.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

const COUNT_FROM = 500; // characters left from which on they are counted

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
    if (this.#counter.textContent !== text) this.#counter.textContent = text;
    this.#counter.classList.toggle("is-over", left < 0);
  }

  #draw() {
    const count = this.#app.outbox.of(this.#room)
      .filter(({ state }) => state === "waiting" || state === "sending").length;
    const away = count > 0 ? t("waiting", { n: count }) : t("away");
    const rest = this.#isAway ? away : this.#sayPace();
    const text = this.#waitsForFiles ? t("upload_waits") : rest;
    if (this.#hint.textContent !== text) this.#hint.textContent = text;
  }

  /** Counts down to when one may write again, where there is slow mode. */
  #sayPace() {
    clearTimeout(this.#ticker);
    const { store, pace } = this.#app;
    const own = store.rooms.get(this.#room);
    if (own) this.#noteLastPost(own);
    const left = own ? pace.left(own) : 0;
    this.#form.classList.toggle("is-paused", left > 0);
    if (left === 0) return "";
    this.#ticker = window.setTimeout(() => this.#draw(), left % 1_000 || 1_000);
    return t("slow_mode", { time: countdown(left) });
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
