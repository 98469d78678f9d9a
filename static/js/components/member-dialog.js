/** What one may do with a member of a room: give a role, mute, ban, remove. */

import { confirm } from "chat/components/confirm.js";
import { ask } from "chat/components/dialog.js";
import { chosen, input, sayTrouble } from "chat/components/form.js";
import { part } from "chat/components/markup.js";
import { isKeeper, mayChangeRoles, outranks } from "chat/may.js";
import { codeOf, refusal } from "chat/refusals.js";
import { isolated, t } from "chat/strings.js";
import { hoursFrom } from "chat/until.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom, User } from "chat/wire.d.ts" */

/** @param {App} app @param {OwnRoom} room @param {User} user */
export async function memberDialog(app, room, user) {
  const ending = new AbortController();
  await ask("member", (dialog) => new Member(dialog, app, room, user).connect(ending.signal));
  ending.abort();
}

class Member {
  #dialog;
  #app;
  #room;
  #user;
  #roles;
  #sanction;
  #shownRole = "";
  #isMuteKnown = false;

  /** @param {HTMLDialogElement} dialog @param {App} app @param {OwnRoom} room @param {User} user */
  constructor(dialog, app, room, user) {
    this.#dialog = dialog;
    this.#app = app;
    this.#room = room;
    this.#user = user;
    this.#roles = /** @type {HTMLFormElement} */ (part(dialog, ".member__roles"));
    this.#sanction = /** @type {HTMLFormElement} */ (part(dialog, ".member__sanction"));
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    const { name, username } = this.#user;
    part(this.#dialog, "h2 bdi").textContent = name;
    part(this.#dialog, ".member__username").textContent = username;
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#show()));
    this.#roles.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changeRole();
    }, { signal });
    this.#sanction.addEventListener("submit", (event) => event.preventDefault(), { signal });
    this.#sanction.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button");
      if (button) this.#do(button.dataset.do ?? "");
    }, { signal });
    this.#show();
    this.#showMute(false);
    this.#readMute();
  }

  /** Whether they are muted already, as far as one may know. */
  async #readMute() {
    if (!isKeeper(this.#room)) return;
    try {
      const held = await this.#app.client.sanctions(this.#room.id);
      if (this.#isMuteKnown) return; // it was changed here meanwhile
      this.#showMute(held.some(({ user, kind }) => user === this.#user.id && kind === "mute"));
    } catch {
      if (!this.#isMuteKnown) this.#showMute(false); // to mute again does no harm
    }
  }

  /** @param {boolean} isMuted */
  #showMute(isMuted) {
    part(this.#sanction, "[data-do=mute]").hidden = isMuted;
    part(this.#sanction, "[data-do=unmute]").hidden = !isMuted;
  }

  /** Null for who is in the room no longer. */
  get #role() {
    return this.#app.store.members.get(this.#room.id)?.rows.get(this.#user.id)?.role;
  }

  get #isOneself() {
    return this.#user.id === this.#app.store.me?.id;
  }

  /** What one may do; others may change both roles meanwhile. */
  #show() {
    const room = this.#app.store.rooms.get(this.#room.id);
    const role = this.#role;
    if (!room || role === null) return this.#dialog.close("");
    if (role === undefined) return; // who is in the room is being asked anew
    this.#room = room;
    part(this.#dialog, ".member__role").textContent = t(`role_named_${role}`);
    this.#roles.hidden = !mayChangeRoles(room);
    part(this.#dialog, ".member__order").hidden = this.#isOneself || !outranks(room, role);
    if (role === this.#shownRole) return;
    this.#shownRole = role;
    const choice = this.#roles.querySelector(`[value="${role}"]`);
    if (choice instanceof HTMLInputElement) choice.checked = true;
  }

  async #changeRole() {
    const role = chosen(this.#roles, "role");
    try {
      await this.#act("room.role", { role });
      this.#dialog.close("");
    } catch (error) {
      this.#fail(codeOf(error) === "conflict" ? t("last_owner_role") : refusal(error));
    }
  }

  /** @param {string} what */
  async #do(what) {
    sayTrouble(this.#dialog, "", this.#app.notice);
    const needsReason = what === "mute" || what === "ban";
    const reason = input(this.#sanction, "reason").value.trim();
    this.#askForReason(needsReason && reason === "");
    if (needsReason && reason === "") return;
    if ((what === "ban" || what === "remove") && !await this.#isSure(what)) return;
    try {
      await this.#perform(what, reason);
    } catch (error) {
      this.#fail(refusal(error));
    }
  }

  /** @param {boolean} isMissing */
  #askForReason(isMissing) {
    const field = input(this.#sanction, "reason");
    part(this.#sanction, ".field__errors").hidden = !isMissing;
    field.setAttribute("aria-invalid", String(isMissing));
    if (isMissing) field.focus();
  }

  /** @param {"ban" | "remove"} what */
  #isSure(what) {
    const name = isolated(this.#user.name);
    const room = isolated(this.#room.name);
    if (what === "ban") {
      return confirm({
        title: t("confirm_ban", { name, room }),
        words: t("confirm_ban_words"),
        action: t("confirm_ban_do"),
      });
    }
    const isPublic = this.#room.kind === "public";
    return confirm({
      title: t("confirm_remove", { name, room }),
      words: isPublic ? t("confirm_remove_public") : t("confirm_remove_private"),
      action: t("confirm_remove_do"),
    });
  }

  /** @param {string} what @param {string} reason */
  async #perform(what, reason) {
    const name = isolated(this.#user.name);
    const hours = chosen(this.#sanction, "hours");
    const until = hours === "" ? {} : { until: hoursFrom(Date.now(), Number(hours)) };
    if (what === "remove") await this.#act("room.remove", {});
    else if (what === "unmute") await this.#act("sanction.lift", { kind: "mute" });
    else await this.#act("sanction.set", { kind: what, reason, ...until });
    if (what !== "mute" && what !== "unmute") return this.#dialog.close("");
    this.#isMuteKnown = true;
    this.#showMute(what === "mute");
    part(this.#sanction, `[data-do=${what === "mute" ? "unmute" : "mute"}]`).focus();
    this.#say(t(what === "mute" ? "sanction_done_mute" : "sanction_lifted", { name }));
  }

  /** @param {string} type @param {Record<string, unknown>} fields */
  #act(type, fields) {
    return this.#app.client.act(type, { room: this.#room.id, user: this.#user.id, ...fields });
  }

  /** @param {string} text */
  #say(text) {
    part(this.#dialog, ".dialog__status").textContent = text;
  }

  /** @param {string} text */
  #fail(text) {
    this.#say("");
    sayTrouble(this.#dialog, text, this.#app.notice);
  }
}
