/** In the account's menu: notifications on this device, their sound, and a time without any. */

import { chime, permission } from "chat/components/notifier.js";
import { part, setText } from "chat/components/markup.js";
import { isQuiet, quietUntil } from "chat/notify.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

export class QuietMenu {
  #app;
  #element;
  #switch;
  #sound;
  #choices;
  #end;
  #menu;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
    this.#switch = part(element, '[data-do="notify"]');
    this.#sound = part(element, '[data-do="sound"]');
    this.#choices = part(element, ".quiet__choices");
    this.#end = part(element, '[data-do="disturb"]');
    this.#menu = /** @type {HTMLDetailsElement} */ (element.closest("details"));
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.#follow()));
    this.#menu.addEventListener("toggle", () => this.update(), { signal });
    this.#switch.addEventListener("click", () => this.#toggleNotices(), { signal });
    this.#sound.addEventListener("click", () => this.#toggleSound(), { signal });
    this.#end.addEventListener("click", () => this.#setQuiet(null), { signal });
    this.#choices.addEventListener("click", (event) => this.#chosen(event), { signal });
    this.#element.hidden = false;
    this.update();
  }

  disconnect() {
    this.#ending.abort();
  }

  /** Closed, it asks nothing: what may be notified is a question to another process, for every frame. */
  #follow() {
    if (this.#menu.open) this.update();
  }

  update() {
    const { keep, store, format } = this.#app;
    const state = permission();
    this.#switch.hidden = state === "missing";
    this.#switch.toggleAttribute("disabled", state === "denied");
    const isOn = state === "granted" && keep.isNotifying;
    this.#switch.setAttribute("aria-pressed", String(isOn));
    const label = state === "denied" ? "notices_denied" : isOn ? "notices_on" : "notices_off";
    say(this.#switch, t(label));
    this.#sound.setAttribute("aria-pressed", String(keep.isSoundOn));
    say(this.#sound, t(keep.isSoundOn ? "sound_on" : "sound_off"));
    const until = store.dndUntil;
    const quiet = isQuiet(until, Date.now());
    this.#choices.hidden = quiet;
    this.#end.hidden = !quiet;
    if (until && quiet) say(this.#end, t("quiet_until", { time: format.time(until) }));
  }

  /** Only ever asked for by this very button. */
  async #toggleNotices() {
    const { keep } = this.#app;
    const wasOn = permission() === "granted" && keep.isNotifying;
    if (permission() === "default") await Notification.requestPermission();
    keep.isNotifying = !wasOn && permission() === "granted";
    this.update();
  }

  #toggleSound() {
    const { keep } = this.#app;
    keep.isSoundOn = !keep.isSoundOn;
    if (keep.isSoundOn) chime();
    this.update();
  }

  /** @param {MouseEvent} event */
  #chosen(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    const choice = button && button.dataset.quiet;
    if (choice === "hour" || choice === "evening" || choice === "morning") {
      this.#setQuiet(quietUntil(choice, Date.now()));
    }
  }

  /** @param {string | null} until */
  async #setQuiet(until) {
    try {
      await this.#app.socket.command("profile.update", { dnd_until: until });
    } catch (error) {
      this.#app.notice.sayRefusal(error);
    }
  }
}

/** @param {HTMLElement} button @param {string} text */
function say(button, text) {
  setText(part(button, "span"), text);
}
