/** Who is muted or banned in a room, until when and why; each can be lifted. */

import { LoadState } from "chat/components/load-state.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Sanction } from "chat/wire.d.ts" */

export class RoomSanctions {
  #root;
  #app;
  #room;
  /** @type {Sanction[]} */
  #held = [];

  /** @param {HTMLElement} root @param {App} app @param {number} room */
  constructor(root, app, room) {
    this.#root = root;
    this.#app = app;
    this.#room = room;
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    new LoadState(this.#root, () => this.#load()).connect(signal);
  }

  /** Where nobody is, there is nothing to show; where it is not known, one may ask again. */
  async #load() {
    try {
      this.#held = await this.#app.client.sanctions(this.#room);
    } catch (error) {
      this.#root.hidden = false;
      throw error;
    }
    this.#draw();
    return this.#text;
  }

  get #text() {
    return this.#held.length === 0 ? t("sanctions_none") : "";
  }

  #draw() {
    this.#root.hidden &&= this.#held.length === 0; // what was shown stays, also when it is empty
    reconcile(part(this.#root, ".sanctions__list"), this.#held, {
      key: ({ user, kind }) => `${user} ${kind}`,
      signature: (held) => JSON.stringify(held),
      build: (held) => this.#build(held),
    });
    this.#say(this.#text);
  }

  /** @param {Sanction} held */
  #build(held) {
    const { store, format } = this.#app;
    const item = clone("sanction");
    const name = store.users.get(held.user)?.name ?? t("gone_user");
    const until = held.until === null
      ? t("link_forever")
      : t("link_expires", { time: format.full(held.until) });
    part(item, ".found__name").textContent = name;
    part(item, ".found__about").textContent = t(
      held.kind === "mute" ? "sanction_mute" : "sanction_ban",
      { until },
    );
    part(item, ".sanction__reason").textContent = held.reason;
    part(item, ".spoken").textContent = ` ${t("sanction_lift", { name: isolated(name) })}`;
    part(item, "button").addEventListener("click", () => this.#lift(held));
    return item;
  }

  /** @param {Sanction} held */
  async #lift({ user, kind }) {
    try {
      await this.#app.client.act("sanction.lift", { room: this.#room, user, kind });
      this.#held = this.#held.filter((one) => one.user !== user || one.kind !== kind);
      this.#draw();
    } catch (error) {
      this.#app.notice.sayAt(part(this.#root, ".dialog__status"), refusal(error));
    }
  }

  /** @param {string} text */
  #say(text) {
    part(this.#root, ".dialog__status").textContent = text;
  }
}
