/** What the composer's words are for, beside being said: the message they replace, or the one they answer. */

import { part } from "chat/components/markup.js";
import { snippetOf } from "chat/rows.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** @typedef {{ kind: "edit" | "reply", room: number, seq: number }} Purpose */

export class ComposerContext {
  #app;
  #element;
  /** @type {Purpose | null} */
  purpose = null;
  /** Of the message as it is told here. */
  #rev = 0;
  #author = "";

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
  }

  get isEditing() {
    return this.purpose?.kind === "edit";
  }

  /** The message that is answered, if any. */
  get replyTo() {
    return this.purpose?.kind === "reply" ? this.purpose.seq : null;
  }

  /** Whether this is how the message is told here. @param {Message} message */
  tells(message) {
    return message.rev === this.#rev && this.#authorOf(message) === this.#author;
  }

  /** @param {"edit" | "reply"} kind @param {number} room @param {Message} message */
  set(kind, room, message) {
    this.purpose = { kind, room, seq: message.seq };
    this.#rev = message.rev;
    this.#author = this.#authorOf(message);
    const author = isolated(this.#author);
    const title = kind === "edit" ? t("editing") : t("replying_to", { author });
    part(this.#element, ".composer-context__title").textContent = title;
    const said = snippetOf(message, this.#app.store.users);
    part(this.#element, ".composer-context__text").textContent = said;
    this.#element.hidden = false;
  }

  clear() {
    this.purpose = null;
    this.#element.hidden = true;
  }

  /** @param {Message} message */
  #authorOf({ author }) {
    return this.#app.store.users.get(author ?? 0)?.name ?? t("gone_user");
  }
}
