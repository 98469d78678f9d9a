/** How what is written will look: the server says it, by the very rules it stores by, and it is drawn like any message. */

import { part, setText } from "chat/components/markup.js";
import { fillText } from "chat/components/message.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

const ASK_AFTER = 250; // milliseconds in which nothing was typed

export class ComposerPreview {
  #app;
  #element;
  #toggle;
  #text;
  #status;
  #isOn = false;
  #room = 0;
  #body = "";
  #timer = 0;
  #question = 0;

  /** @param {HTMLFormElement} form @param {App} app */
  constructor(form, app) {
    this.#app = app;
    this.#element = part(form, ".preview");
    this.#toggle = part(form, ".format-bar__preview");
    this.#text = part(this.#element, ".preview__text");
    this.#status = part(this.#element, ".preview__status");
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    signal.addEventListener("abort", () => this.#forget());
  }

  toggle() {
    this.#turn(!this.#isOn);
  }

  /** What would be sent now, and where. @param {number} room @param {string} body */
  update(room, body) {
    const isSame = room === this.#room && body === this.#body;
    this.#room = room;
    this.#body = body;
    if (this.#isOn && !isSame) this.#askSoon();
  }

  /** @returns {boolean} whether it was open */
  close() {
    const wasOn = this.#isOn;
    if (wasOn) this.#turn(false);
    return wasOn;
  }

  /** @param {boolean} isOn */
  #turn(isOn) {
    this.#isOn = isOn;
    this.#toggle.setAttribute("aria-pressed", String(isOn));
    this.#forget();
    if (isOn) this.#ask();
    else this.#element.hidden = true;
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#question += 1;
  }

  #askSoon() {
    this.#forget();
    if (this.#body === "") this.#ask();
    else this.#timer = window.setTimeout(() => this.#ask(), ASK_AFTER);
  }

  async #ask() {
    const question = this.#question;
    const body = this.#body;
    this.#element.hidden = body === "";
    if (body === "") return this.#say("");
    try {
      const { content } = await this.#app.client.preview(this.#room, body);
      if (question !== this.#question) return;
      fillText(this.#text, { body, content }, this.#app.reader);
      this.#say("");
    } catch (error) {
      if (question === this.#question) this.#say(t("couldnt_load", { reason: refusal(error) }));
    }
  }

  /** Beside it what was shown last stays, if anything was. @param {string} trouble */
  #say(trouble) {
    setText(this.#status, trouble);
    if (this.#body === "") this.#text.replaceChildren();
  }
}
