/** What a press anywhere on the page opens: somebody's card, a dialog about rooms, a picture. Each is fetched then. */

import { Soon } from "chat/late.js";

/** @import { App } from "chat/app.js" */

export class Openers {
  #app;
  #inspector;
  #ending = new AbortController();

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    // It is wanted when there is no connection.
    this.#inspector = new Soon(app.late, () => import("chat/components/connection.js"));
  }

  connect() {
    const { signal } = this.#ending;
    this.#app.late.later(() => labelIcons(signal));
    document.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      this.#openCard(event.target);
      this.#openDialog(event.target);
      this.#openPicture(event.target, event);
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** What stands on a person's line may have a meaning of its own. @param {Element} pressed */
  #openCard(pressed) {
    const anchor = pressed.closest("button, a, [data-profile]");
    if (!(anchor instanceof HTMLElement) || anchor.dataset.profile === undefined) return;
    const user = Number(anchor.dataset.profile);
    this.#app.late.open(
      () => import("chat/components/profile-card.js"),
      ({ ProfileCard }) => new ProfileCard(this.#app, user).open(anchor),
    );
  }

  /** @param {Element} pressed */
  #openDialog(pressed) {
    const button = pressed.closest("[data-open]");
    if (!(button instanceof HTMLElement)) return;
    if (button.dataset.open === "restore") return this.#restore();
    if (button.dataset.open === "connection") {
      return this.#inspector.open(({ inspectConnection }) => inspectConnection(this.#app));
    }
    this.#app.late.open(
      () => import("chat/components/room-dialogs.js"),
      ({ RoomDialogs }) => new RoomDialogs(this.#app).open(button),
    );
  }

  #restore() {
    const { client, notice, view } = this.#app;
    client.act("room.restore", { room: view.room }).catch((error) => notice.sayRefusal(error));
  }

  /** Anything but a plain click opens the picture as the browser opens links. @param {Element} pressed @param {MouseEvent} event */
  #openPicture(pressed, event) {
    const link = pressed.closest("a.picture");
    if (!(link instanceof HTMLAnchorElement) || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("lightbox"));
    this.#app.late.open(
      () => import("chat/components/lightbox.js"),
      ({ Lightbox }) => new Lightbox(dialog).open(link),
    );
  }
}

/** @param {AbortSignal} signal */
async function labelIcons(signal) {
  const module = await import("chat/components/labels.js").catch(() => null);
  if (!module) return; // names that are only told to the pointer can be done without
  const { label } = module;
  document.addEventListener("pointerover", ({ target }) => label(target), { signal });
}
