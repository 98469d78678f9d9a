/** The dialogs about rooms, and where they lead. openers.js has them fetched when first one of them is wanted. */

import { findRoom } from "chat/components/find-room.js";
import { goToDate } from "chat/components/go-to-date.js";
import { invitePeople } from "chat/components/invite-people.js";
import { memberDialog } from "chat/components/member-dialog.js";
import { newRoom } from "chat/components/new-room.js";
import { showReports } from "chat/components/reports-panel.js";
import { roomSettings } from "chat/components/room-settings.js";
import { startDirect } from "chat/components/start-direct.js";

/** @import { App } from "chat/app.js" */

export class RoomDialogs {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** @param {HTMLElement} button that asks for it */
  open(button) {
    switch (button.dataset.open) {
      case "find-room":
        return this.#find();
      case "start-direct":
        return this.#go(startDirect(this.#app));
      case "room-settings":
        return this.#settings();
      case "reports":
        return this.#room && showReports(this.#app, this.#room);
      case "invite-people":
        return this.#room && invitePeople(this.#app, this.#room);
      case "member":
        return this.#member(Number(button.closest("[data-user]")?.getAttribute("data-user")));
      case "go-to-date":
        return this.#room && goToDate(this.#app, button.querySelector("time")?.dateTime);
    }
  }

  get #room() {
    return this.#app.store.rooms.get(this.#app.view.room);
  }

  async #find() {
    const answer = await findRoom(this.#app);
    this.#go(answer === "create" ? newRoom(this.#app) : Promise.resolve(answer));
  }

  /** @param {Promise<number | null>} room */
  async #go(room) {
    const id = await room;
    if (id !== null) this.#app.navigation.open(id);
  }

  async #settings() {
    const room = this.#room;
    if (!room) return;
    const answer = await roomSettings(this.#app, room);
    if (answer === "hand-over") this.#app.showPeople();
    if (answer === "left" && room.id === this.#app.view.room) this.#app.leaveView();
  }

  /** @param {number} id */
  #member(id) {
    const user = this.#app.store.users.get(id);
    if (this.#room && user) memberDialog(this.#app, this.#room, user);
  }
}
