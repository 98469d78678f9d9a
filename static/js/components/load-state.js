/** What stands where a list will: shapes while it is on its way, words where there is nothing or it did not come. */

import { part, setText } from "chat/components/markup.js";
import { unloaded } from "chat/refusals.js";
import { t } from "chat/strings.js";

export class LoadState {
  #root;
  #load;
  /** How often it was begun: what comes of an earlier time says nothing any more. */
  #turn = 0;

  /**
   * @param {HTMLElement} root with the parts of `chat/_load_state.html`
   * @param {() => Promise<string>} load resolves with what there is to say: "" where the list speaks for itself
   */
  constructor(root, load) {
    this.#root = root;
    this.#load = load;
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    part(this.#root, ".dialog__again").addEventListener("click", () => this.start(), { signal });
    return this.start();
  }

  /** Loads it, or what comes next of it. */
  async start() {
    const turn = ++this.#turn;
    this.#show("loading", t("loading"));
    try {
      const text = await this.#load();
      if (turn === this.#turn) this.#show("ready", text);
    } catch (error) {
      if (turn === this.#turn) this.#show("trouble", unloaded(error));
    }
  }

  /** What has become of what was loaded. @param {string} text */
  say(text) {
    if (this.#root.dataset.state === "ready") setText(part(this.#root, ".dialog__status"), text);
  }

  /** @param {"loading" | "ready" | "trouble"} state @param {string} text */
  #show(state, text) {
    this.#root.dataset.state = state;
    setText(part(this.#root, ".dialog__status"), text);
  }
}
