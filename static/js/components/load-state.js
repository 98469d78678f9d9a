/** What stands where a list will: shapes while it is on its way, words where there is nothing or it did not come. */

import { part } from "chat/components/markup.js";
import { unloaded } from "chat/refusals.js";
import { t } from "chat/strings.js";

export class LoadState {
  #root;
  #load;

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
    this.#show("loading", t("loading"));
    try {
      this.#show("ready", await this.#load());
    } catch (error) {
      this.#show("trouble", unloaded(error));
    }
  }

  /** What has become of what was loaded. @param {string} text */
  say(text) {
    if (this.#root.dataset.state === "ready") {
      part(this.#root, ".dialog__status").textContent = text;
    }
  }

  /** @param {"loading" | "ready" | "trouble"} state @param {string} text */
  #show(state, text) {
    this.#root.dataset.state = state;
    part(this.#root, ".dialog__status").textContent = text;
  }
}
