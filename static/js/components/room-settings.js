/** What a room is called and for, how fast one may write in it, and the ways out of it. Shows what one may do. */

import { muteText } from "chat/components/composer-line.js";
import { confirm } from "chat/components/confirm.js";
import { ask } from "chat/components/dialog.js";
import { complain, input, perform, sayTrouble } from "chat/components/form.js";
import { part } from "chat/components/markup.js";
import { RoomSanctions } from "chat/components/room-sanctions.js";
import { isKeeper, mayArchive, mayChange, mayLeave } from "chat/may.js";
import { roomTitle } from "chat/people.js";
import { codeOf, refusal } from "chat/refusals.js";
import { changesOf, complaintOf, complaints } from "chat/room-form.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @param {App} app @param {OwnRoom} room @returns {Promise<"left" | "hand-over" | "">} what it ended with */
export async function roomSettings(app, room) {
  const ending = new AbortController();
  const answer = await ask("room-settings", (dialog) => {
    new Settings(dialog, app, room).connect(ending.signal);
  });
  ending.abort();
  return /** @type {"left" | "hand-over" | ""} */ (answer);
}

class Settings {
  #dialog;
  #app;
  #room;
  #form;
  #isEnding = false;

  /** @param {HTMLDialogElement} dialog @param {App} app @param {OwnRoom} room */
  constructor(dialog, app, room) {
    this.#dialog = dialog;
    this.#app = app;
    this.#room = room;
    this.#form = /** @type {HTMLFormElement} */ (part(dialog, ".settings__form"));
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#follow()));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    }, { signal });
    part(this.#dialog, ".settings__ends").addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button");
      if (button) this.#do(button.dataset.do ?? "");
    }, { signal });
    const sanctions = part(this.#dialog, ".sanctions");
    if (isKeeper(this.#room) && mayLeave(this.#room)) {
      new RoomSanctions(sanctions, this.#app, this.#room.id).connect(signal);
    }
    this.#fill();
    this.#show();
  }

  /** Somebody else changed the room while this is open: what was not touched here follows. */
  #follow() {
    const room = this.#app.store.rooms.get(this.#room.id);
    if (!room && this.#isEnding) return; // by ourselves: whoever does it closes this
    if (!room) return this.#dialog.close("");
    const draft = this.#draft;
    const before = this.#room;
    this.#room = room;
    if (draft.name === before.name) input(this.#form, "name").value = room.name;
    if (draft.topic === before.topic) input(this.#form, "topic").value = room.topic;
    if (draft.slow_mode === before.slow_mode) this.#setSlowMode(room.slow_mode);
    this.#show();
  }

  #fill() {
    input(this.#form, "name").value = this.#room.name;
    input(this.#form, "topic").value = this.#room.topic;
    this.#setSlowMode(this.#room.slow_mode);
  }

  /** Where it is none of the choices, it becomes one. @param {number} seconds */
  #setSlowMode(seconds) {
    const choice = /** @type {HTMLSelectElement} */ (this.#form.elements.namedItem("slow_mode"));
    const isOffered = [...choice.options].some(({ value }) => value === String(seconds));
    if (!isOffered) choice.add(new Option(t("seconds", { n: seconds }), String(seconds)));
    choice.value = String(seconds);
  }

  get #draft() {
    const form = this.#form;
    return {
      name: input(form, "name").value,
      topic: input(form, "topic").value,
      slow_mode: Number(input(form, "slow_mode").value),
    };
  }

  /** What one may do, and see. */
  #show() {
    const room = this.#room;
    const isMuted = mayChange(room) && this.#app.pace.muted(room) > 0; // one who keeps it, all the same
    const isOpen = mayChange(room) && !isMuted;
    this.#form.hidden = !isOpen;
    part(this.#dialog, ".facts").hidden = isOpen || room.kind === "direct";
    part(this.#dialog, ".facts__topic").textContent = room.topic || "–";
    part(this.#dialog, ".facts__role").textContent = t(`role_named_${room.role}`);
    const why = part(this.#dialog, ".settings__why");
    why.hidden = mayLeave(room) && !isMuted;
    why.textContent = isMuted ? muteText(room, this.#app.format) : t("direct_stays");
    this.#button("archive").hidden = !mayArchive(room) || room.archived_at !== null;
    this.#button("restore").hidden = !mayArchive(room) || room.archived_at === null;
    this.#button("leave").hidden = !mayLeave(room);
  }

  /** @param {string} name */
  #button(name) {
    return part(this.#dialog, `[data-do="${name}"]`);
  }

  async #save() {
    const draft = this.#draft;
    const found = complaints(draft);
    complain(this.#form, found);
    if (found.length > 0) return;
    const changed = changesOf(this.#room, draft);
    const isDone = await perform(
      this.#form,
      this.#app.notice,
      () => this.#app.client.act("room.update", { room: this.#room.id, ...changed }),
      (error) => this.#isUnderField(error),
    );
    if (isDone) this.#dialog.close("");
  }

  /** @param {unknown} error */
  #isUnderField(error) {
    const complaint = complaintOf(codeOf(error));
    if (complaint) complain(this.#form, [complaint]);
    return complaint !== null;
  }

  /** @param {string} what */
  #do(what) {
    if (what === "leave") this.#leave();
    else if (what === "archive") this.#archive();
    else if (what === "restore") this.#end("room.restore");
    else if (what === "hand-over") this.#dialog.close("hand-over");
  }

  get #title() {
    const { store } = this.#app;
    return isolated(roomTitle(this.#room, store.me, store.users));
  }

  async #leave() {
    const { kind, members } = this.#room;
    const isSure = await confirm({
      title: t("confirm_leave", { room: this.#title }),
      words: kind === "public"
        ? t("confirm_leave_public")
        : members > 1
        ? t("confirm_leave_private")
        : t("confirm_leave_alone"),
      action: t("confirm_leave_do"),
    });
    if (isSure) this.#end("room.leave", "left");
  }

  async #archive() {
    const isSure = await confirm({
      title: t("confirm_archive", { room: this.#title }),
      words: t("confirm_archive_words"),
      action: t("confirm_archive_do"),
    });
    if (isSure) this.#end("room.archive");
  }

  /** @param {string} type @param {string} [answer] */
  async #end(type, answer = "") {
    const ends = part(this.#dialog, ".settings__ends");
    sayTrouble(ends, "", this.#app.notice);
    this.#isEnding = true;
    try {
      await this.#app.client.act(type, { room: this.#room.id });
      this.#dialog.close(answer);
    } catch (error) {
      const isLastOwner = type === "room.leave" && codeOf(error) === "conflict";
      sayTrouble(ends, isLastOwner ? t("last_owner") : refusal(error), this.#app.notice);
      const handOver = this.#button("hand-over");
      handOver.hidden = !isLastOwner;
      if (isLastOwner) handOver.focus();
    } finally {
      this.#isEnding = false;
    }
  }
}
