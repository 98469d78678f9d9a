/** @import { Clock } from "chat/socket.js" */

/**
 * One user's tabs in one browser. Every page that is loaded is a tab of its own, with an id of its own: what a
 * reload left, or a tab that was duplicated, is another's.
 *
 * Who lives is asked on a BroadcastChannel and answered by whoever hears it. That works without TLS, where there
 * are no Web Locks, and in hidden pages, whose timers are slowed down while their messages are not. One that is
 * frozen or very busy does not answer in time: so this is a guess, and nothing may rest on it alone.
 *
 * @typedef {Pick<BroadcastChannel, "postMessage" | "addEventListener">} Channel
 */

const PATIENCE = 300;

export class Tabs {
  #channel;
  #clock;
  /** @type {Set<Set<string>>} who has answered, for each question that is open */
  #answers = new Set();

  /** @param {string} id @param {Channel | null} channel null where there is none @param {Clock} clock */
  constructor(id, channel, clock) {
    this.id = id;
    this.#channel = channel;
    this.#clock = clock;
    channel?.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** The ids of those who live, this one among them. @returns {Promise<ReadonlySet<string>>} */
  async living() {
    const answers = new Set([this.id]);
    this.#answers.add(answers);
    this.#channel?.postMessage({});
    await new Promise((resolve) => this.#clock.setTimeout(() => resolve(null), PATIENCE));
    this.#answers.delete(answers);
    return answers;
  }

  /** @param {{ here?: string }} message a question, or an answer to anyone's */
  #hear({ here }) {
    if (here === undefined) this.#channel?.postMessage({ here: this.id });
    else for (const answers of this.#answers) answers.add(here);
  }
}
