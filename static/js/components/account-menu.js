/** The menu of one's own account: how one is called, and whether one appears offline. */

import { fillAvatar, part } from "chat/components/markup.js";
import { Soon } from "chat/late.js";

/** @import { App } from "chat/app.js" */

export class AccountMenu {
  #element;
  #app;
  #hidden;
  #saving = 0;
  #quiet;
  #hasQuiet = false;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#element = element;
    this.#app = app;
    this.#hidden = /** @type {HTMLInputElement} */ (part(element, "[name=hidden]"));
    this.#quiet = new Soon(app.late, () => import("chat/components/quiet-menu.js"));
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#showName()));
    this.#hidden.addEventListener("change", () => this.#hide(), { signal });
    this.#element.addEventListener("toggle", () => this.#showQuiet(), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { here } = this.#app;
    if (this.#saving === 0) this.#hidden.checked = here.isHidden;
    this.#hidden.disabled = !here.isLive;
  }

  async #hide() {
    const { here, notice } = this.#app;
    this.#saving += 1;
    await here.hide(this.#hidden.checked).catch((error) => notice.sayRefusal(error));
    this.#saving -= 1;
    this.update();
  }

  /** What notifications are like comes when the menu is first opened. */
  #showQuiet() {
    if (this.#hasQuiet) return;
    this.#quiet.open(({ QuietMenu }) => {
      this.#hasQuiet = true;
      const quiet = new QuietMenu(part(this.#element, ".quiet"), this.#app);
      quiet.connect();
      this.#ending.signal.addEventListener("abort", () => quiet.disconnect());
    });
  }

  /** Written only where it is another: the menu may be open. */
  #showName() {
    const { me } = this.#app.store;
    if (me === null) return;
    const name = part(this.#element, ".account-menu__name");
    const avatar = part(this.#element, ".avatar");
    const picture = avatar.querySelector("img")?.getAttribute("src") ?? null;
    if (name.textContent === me.name && picture === me.avatar) return;
    name.textContent = me.name;
    fillAvatar(avatar, me);
  }
}
