import { part } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** The pill that leads back to the end. */
export class Jump {
  #element;
  #label;
  #onPress;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {() => void} onPress */
  constructor(element, onPress) {
    this.#element = element;
    this.#label = part(element, "button span");
    this.#onPress = onPress;
  }

  connect() {
    part(this.#element, "button").addEventListener("click", this.#onPress, {
      signal: this.#ending.signal,
    });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {{ isAtEnd: boolean, unread: number }} state */
  update({ isAtEnd, unread }) {
    this.#element.hidden = isAtEnd;
    const label = unread > 0 ? t("new_messages", { n: unread }) : t("jump");
    if (this.#label.textContent !== label) this.#label.textContent = label;
  }
}
