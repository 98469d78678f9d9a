import { part, setText } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** The pills that lead to the end, and back to what was not read yet. */
export class Jump {
  #toEnd;
  #toNew;
  #label;
  #onPress;
  #ending = new AbortController();

  /**
   * @param {HTMLElement} toEnd
   * @param {HTMLElement} toNew
   * @param {{ toEnd: () => void, toNew: () => void }} onPress
   */
  constructor(toEnd, toNew, onPress) {
    this.#toEnd = toEnd;
    this.#toNew = toNew;
    this.#label = part(toEnd, "button span");
    this.#onPress = onPress;
  }

  connect() {
    const { signal } = this.#ending;
    part(this.#toEnd, "button").addEventListener("click", this.#onPress.toEnd, { signal });
    part(this.#toNew, "button").addEventListener("click", this.#onPress.toNew, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {{ isAtEnd: boolean, isNewAbove: boolean, unread: number }} state */
  update({ isAtEnd, isNewAbove, unread }) {
    this.#toEnd.hidden = isAtEnd;
    this.#toNew.hidden = !isNewAbove;
    setText(this.#label, unread > 0 ? t("new_messages", { n: unread }) : t("jump"));
  }
}
