/** The form that makes a room. */

import { ask } from "chat/components/dialog.js";
import { chosen, complain, input, perform } from "chat/components/form.js";
import { part } from "chat/components/markup.js";
import { codeOf } from "chat/refusals.js";
import { complaintOf, complaints, slugOf } from "chat/room-form.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

/** @param {App} app @returns {Promise<number | null>} the room that was made */
export async function newRoom(app) {
  const ending = new AbortController();
  const answer = await ask("new-room", (dialog) => {
    new Form(dialog, app).connect(ending.signal);
  });
  ending.abort();
  return answer === "" ? null : Number(answer);
}

class Form {
  #dialog;
  #app;
  #form;

  /** @param {HTMLDialogElement} dialog @param {App} app */
  constructor(dialog, app) {
    this.#dialog = dialog;
    this.#app = app;
    this.#form = /** @type {HTMLFormElement} */ (part(dialog, ".dialog__form"));
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    const form = this.#form;
    input(form, "name").autofocus = true;
    form.addEventListener("input", () => this.#sayAddress(), { signal });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    }, { signal });
    part(form, "[data-do=close]").addEventListener("click", () => this.#dialog.close(""), {
      signal,
    });
  }

  get #draft() {
    const form = this.#form;
    return { name: input(form, "name").value, topic: input(form, "topic").value };
  }

  #sayAddress() {
    const slug = slugOf(this.#draft.name);
    const isPrivate = chosen(this.#form, "kind") === "private";
    const address = slug === "" ? "" : t("room_address", { address: isolated(`/rooms/${slug}/`) });
    part(this.#form, ".dialog__address").textContent = isPrivate
      ? t("room_address_private")
      : address;
  }

  async #submit() {
    const draft = this.#draft;
    const found = complaints(draft);
    complain(this.#form, found);
    if (found.length > 0) return;
    const kind = chosen(this.#form, "kind");
    await perform(this.#form, this.#app.notice, async () => {
      const room = await this.#app.client.enter("room.create", { kind, ...draft });
      this.#dialog.close(String(room));
    }, (error) => this.#isUnderField(error));
  }

  /** @param {unknown} error */
  #isUnderField(error) {
    const complaint = complaintOf(codeOf(error));
    if (complaint) complain(this.#form, [complaint]);
    return complaint !== null;
  }
}
