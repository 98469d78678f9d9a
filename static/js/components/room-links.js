/** A room's invitation links: made, copied, revoked. */

import { confirm } from "chat/components/confirm.js";
import { chosen } from "chat/components/form.js";
import { LoadState } from "chat/components/load-state.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { isolated, t } from "chat/strings.js";
import { daysFrom } from "chat/until.js";

/** @import { App } from "chat/app.js" */
/** @import { Invite } from "chat/wire.d.ts" */

export class RoomLinks {
  #root;
  #app;
  #room;
  #form;
  /** @type {Invite[]} */
  #links = [];

  /** @param {HTMLElement} root @param {App} app @param {number} room */
  constructor(root, app, room) {
    this.#root = root;
    this.#app = app;
    this.#room = room;
    this.#form = /** @type {HTMLFormElement} */ (part(root, ".links__form"));
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#make();
    }, { signal });
    this.#root.addEventListener("click", (event) => this.#clicked(event), { signal });
    new LoadState(this.#root, () => this.#load()).connect(signal);
  }

  async #load() {
    const loaded = await this.#app.client.invites(this.#room);
    const codes = new Set(loaded.map(({ code }) => code));
    // What was made meanwhile may be newer than what was read.
    this.#links = [...this.#links.filter(({ code }) => !codes.has(code)), ...loaded];
    this.#draw();
    return this.#links.length === 0 ? t("links_none") : "";
  }

  async #make() {
    if (this.#form.ariaBusy === "true") return; // two presses are one link
    this.#form.ariaBusy = "true";
    const [days, uses] = [chosen(this.#form, "days"), chosen(this.#form, "uses")];
    try {
      const link = await this.#app.client.makeInvite(this.#room, {
        ...(days === "" ? {} : { expires: daysFrom(Date.now(), Number(days)) }),
        ...(uses === "" ? {} : { uses: Number(uses) }),
      });
      this.#links = [link, ...this.#links];
      this.#draw();
      const url = this.#url(link.code);
      url?.select();
      url?.closest(".link")?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.#app.notice.sayAt(part(this.#root, ".dialog__status"), refusal(error));
    } finally {
      this.#form.ariaBusy = "false";
    }
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button[data-do]");
    const line = button && button.closest(".link");
    if (!(button instanceof HTMLElement) || !(line instanceof HTMLElement)) return;
    const code = line.dataset.code ?? "";
    if (button.dataset.do === "copy") this.#copy(code);
    else this.#revoke(code);
  }

  /** @param {string} code */
  async #copy(code) {
    const url = this.#url(code);
    if (!url) return;
    try {
      await navigator.clipboard.writeText(url.value);
      this.#say(t("link_copied"));
    } catch {
      url.select();
      this.#say(t("link_copy_failed"));
    }
  }

  /** @param {string} code */
  async #revoke(code) {
    const isSure = await confirm({
      title: t("confirm_revoke"),
      words: t("confirm_revoke_words"),
      action: t("confirm_revoke_do"),
    });
    if (!isSure) return;
    try {
      await this.#app.client.act("invite.revoke", { room: this.#room, code });
      this.#links = this.#links.filter((link) => link.code !== code);
      this.#draw();
    } catch (error) {
      this.#app.notice.sayAt(part(this.#root, ".dialog__status"), refusal(error));
    }
  }

  /** @param {string} code @returns {HTMLInputElement | null} */
  #url(code) {
    return this.#root.querySelector(`[data-code="${code}"] input`);
  }

  /** @param {string} [status] */
  #draw(status = "") {
    reconcile(part(this.#root, ".links__list"), this.#links, {
      key: ({ code }) => code,
      signature: (link) => JSON.stringify(link),
      build: (link) => this.#build(link),
    });
    this.#say(status);
  }

  /** @param {string} text */
  #say(text) {
    part(this.#root, ".dialog__status").textContent = text;
  }

  /** @param {Invite} link */
  #build(link) {
    const item = clone("link");
    item.dataset.code = link.code;
    /** @type {HTMLInputElement} */ (part(item, "input")).value = link.url;
    const { format, store } = this.#app;
    part(item, ".link__bounds").textContent = t("link_bounds", {
      uses: link.max_uses === null
        ? t("link_used_freely", { uses: link.uses })
        : t("link_used", { uses: link.uses, max: link.max_uses }),
      expires: link.expires_at === null
        ? t("link_forever")
        : t("link_expires", { time: format.full(link.expires_at) }),
      name: isolated(store.users.get(link.by)?.name ?? t("gone_user")),
    });
    return item;
  }
}
