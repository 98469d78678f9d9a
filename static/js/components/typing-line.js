/** The line below the composer that says who is writing; and the composer's words, of which others are told. */

import { part, setText } from "chat/components/markup.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

export class TypingLine {
  #app;
  #line;
  #text;
  #ending = new AbortController();

  /** @param {HTMLElement} composer @param {App} app */
  constructor(composer, app) {
    this.#app = app;
    this.#line = part(composer, ".composer__typing");
    this.#text = /** @type {HTMLTextAreaElement} */ (part(composer, "textarea"));
  }

  connect() {
    const { signal } = this.#ending;
    this.#text.addEventListener("input", () => {
      const { here, view } = this.#app;
      if (this.#text.value.trim() === "") here.typing.stopped();
      else if (here.isLive) here.typing.wrote(view.room);
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { store, typing, view } = this.#app;
    const names = typing.in(view.room)
      .filter((id) => id !== store.me?.id && !store.blocked.has(id))
      .map((id) => store.users.get(id)?.name)
      .filter((name) => name !== undefined)
      .map(isolated);
    setText(this.#line, sentence(names));
  }
}

/** @param {string[]} names */
function sentence([first, second, ...more]) {
  if (first === undefined) return "";
  if (second === undefined) return t("typing_one", { name: first });
  if (more.length === 0) return t("typing_two", { name: first, other: second });
  return t("typing_many");
}
