/** The strip that says what is wrong with the connection, and when it will be tried again. */

import { part, setText } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** @import { State } from "chat/socket.js" */

const GRACE = 1_500; // a connection that comes right back is not worth a word

export class Banner {
  #element;
  #text;
  #count;
  #button;
  #ways;
  #act = () => {};
  #ending = new AbortController();
  /** @type {State} */
  #state = { name: "idle" };
  #graceTimer = 0;
  #ticker = 0;
  #isDue = false;

  /**
   * @param {HTMLElement} element
   * @param {{ retry: () => void, reload: () => void, resume: () => void, away: (isAway: boolean) => void }} ways
   */
  constructor(element, ways) {
    this.#element = element;
    this.#text = part(element, ".banner__text");
    this.#count = part(element, ".banner__count");
    this.#button = part(element, "button");
    this.#ways = ways;
  }

  connect() {
    const { signal } = this.#ending;
    this.#button.addEventListener("click", () => this.#act(), { signal });
    addEventListener("online", () => this.#render(), { signal });
    addEventListener("offline", () => this.#render(), { signal });
  }

  disconnect() {
    this.#ending.abort();
    clearTimeout(this.#graceTimer);
    clearInterval(this.#ticker);
  }

  /** @param {State} state */
  update(state) {
    this.#state = state;
    if (state.name === "live") {
      clearTimeout(this.#graceTimer);
      clearInterval(this.#ticker);
      this.#graceTimer = this.#ticker = 0;
      this.#isDue = false;
    } else if (state.name === "stopped") this.#isDue = true;
    else if (this.#graceTimer === 0) {
      this.#graceTimer = window.setTimeout(() => {
        this.#isDue = true;
        this.#ticker = window.setInterval(() => this.#render(), 1_000);
        this.#render();
      }, GRACE);
    }
    this.#render();
  }

  #render() {
    const state = this.#state;
    this.#element.hidden = !this.#isDue;
    this.#ways.away(this.#isDue && !(state.name === "stopped" && state.reason === "banned"));
    if (!this.#isDue) return;
    if (state.name === "stopped") return this.#sayStopped(state.reason);
    const cause = "cause" in state ? state.cause : null;
    const what = t(navigator.onLine ? `connection_${cause ?? "connecting"}` : "connection_offline");
    if (state.name !== "waiting") {
      return this.#say(what, cause ? t("connection_now") : "", "", this.#ways.retry);
    }
    const seconds = Math.max(1, Math.ceil((state.until - Date.now()) / 1_000));
    const when = t("connection_in", { time: t("seconds", { n: seconds }) });
    // One who was told to wait would only be told so again.
    const label = cause === "flooding" ? "" : t("connection_retry");
    this.#say(what, when, label, this.#ways.retry);
  }

  /** @param {import("chat/backoff.js").StopReason} reason */
  #sayStopped(reason) {
    const what = t(`stopped_${reason}`);
    if (reason === "displaced") this.#say(what, "", t("stopped_here"), this.#ways.resume);
    else this.#say(what, "", reason === "banned" ? "" : t("stopped_reload"), this.#ways.reload);
  }

  /** @param {string} text @param {string} count @param {string} label @param {() => void} act */
  #say(text, count, label, act) {
    setText(this.#text, text);
    this.#count.textContent = count;
    this.#button.textContent = label;
    this.#button.hidden = label === "";
    this.#act = act;
  }
}
