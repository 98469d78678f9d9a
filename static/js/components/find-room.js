/** The public rooms: found, joined, opened. */

import { ask } from "chat/components/dialog.js";
import { ListState } from "chat/components/list-state.js";
import { clone, part } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { ListedRoom } from "chat/wire.d.ts" */

/** @param {App} app @returns {Promise<"create" | number | null>} what to do next: make a room, or go to one */
export async function findRoom(app) {
  const ending = new AbortController();
  const answer = await ask("find-room", (dialog) => {
    new Finder(dialog, app).connect(ending.signal);
  });
  ending.abort();
  if (answer === "create") return "create";
  return answer === "" ? null : Number(answer);
}

class Finder {
  #dialog;
  #app;
  #list;

  /** @param {HTMLDialogElement} dialog @param {App} app */
  constructor(dialog, app) {
    this.#dialog = dialog;
    this.#app = app;
    /** @type {import("chat/components/list-state.js").How<ListedRoom>} */
    const how = {
      ask: (words, last) => this.#ask(words, last),
      key: (room) => String(room.id),
      signature: (room) => JSON.stringify([room, this.#isIn(room)]),
      build: (room) => this.#build(room),
      none: (words) => t(words === "" ? "rooms_none" : "rooms_not_found"),
      failed: "rooms_failed",
      clock: app.clock,
    };
    this.#list = new ListState(dialog, how);
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#list.connect(signal);
    // What one joined or left elsewhere meanwhile.
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#list.draw()));
    part(this.#dialog, "[data-do=create]").addEventListener("click", () => {
      this.#dialog.close("create");
    }, { signal });
  }

  /** @param {string} words @param {ListedRoom | null} last */
  async #ask(words, last) {
    const { rooms, more } = await this.#app.client.publicRooms(words, last?.id ?? 0);
    return { items: rooms, more };
  }

  /** @param {ListedRoom} room */
  #isIn(room) {
    return this.#app.store.rooms.has(room.id);
  }

  /** @param {ListedRoom} room */
  #build(room) {
    const item = clone("found-room");
    part(item, ".found__name").textContent = room.name;
    const members = t("members", { n: room.members });
    part(item, ".found__about").textContent = room.topic === ""
      ? members
      : t("room_about", { members, topic: isolated(room.topic) });
    const isIn = this.#isIn(room);
    const button = part(item, "button");
    button.textContent = t(isIn ? "room_open" : "room_join");
    button.ariaLabel = t(isIn ? "room_open_named" : "room_join_named", {
      room: isolated(room.name),
    });
    button.addEventListener("click", () => this.#enter(room));
    return item;
  }

  /** @param {ListedRoom} room */
  async #enter(room) {
    try {
      if (!this.#isIn(room)) await this.#app.client.enter("room.join", { room: room.id });
      this.#dialog.close(String(room.id));
    } catch (error) {
      this.#list.note = refusal(error); // else the next drawing, for whatever reason, would wipe it out
      this.#app.notice.sayAt(part(this.#dialog, ".dialog__status"), this.#list.note);
    }
  }
}
