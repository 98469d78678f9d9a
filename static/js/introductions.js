/** Asks the server who people are: those whom nobody has introduced, and those who may have changed. It knows no DOM. */

/** @import { Asking } from "chat/asking.js" */
/** @import { Store } from "chat/store.js" */
/** @import { Message } from "chat/wire.d.ts" */

const PAGE = 200;
const MOST_REFRESHED = 400;
const MOST_STRANGERS = 200;
const MOST_REACTORS = 20; // of each emoji, as the pill names them

export class Introductions {
  #store;
  #asking;
  /** @type {Set<number>} those of whom nobody could be asked */
  #missed = new Set();

  /** @param {{ store: Store, asking: Asking }} parts */
  constructor({ store, asking }) {
    this.#store = store;
    this.#asking = asking;
  }

  /** Asks who people are that messages name and nobody has introduced. @param {Message[]} messages */
  meet(messages) {
    const named = new Set(messages.flatMap(peopleOf));
    const strangers = [...named].filter((id) => !this.#store.users.has(id));
    if (strangers.length === 0) return;
    const ids = strangers.slice(0, MOST_STRANGERS);
    this.#asking.ask("users.get", { ids }).then(
      ({ users }) => this.#store.usersLoaded(users),
      () => ids.forEach((id) => this.#missed.add(id)),
    );
  }

  /** Profiles may have changed while nobody told us: of those who write in a room, who are in it, and who could not be asked about. @param {number} room */
  refresh(room) {
    const authors = this.#store.histories.get(room)?.messages.slice(-200)
      .map((message) => message.author) ?? [];
    const members = this.#store.members.get(room)?.rows.keys() ?? [];
    const ids = [...new Set([...this.#missed, ...authors, ...members])].filter((id) => id !== null);
    this.#missed.clear();
    for (let at = 0; at < Math.min(ids.length, MOST_REFRESHED); at += PAGE) {
      const page = { ids: ids.slice(at, at + PAGE) };
      this.#asking.ask("users.get", page).then(
        ({ users }) => this.#store.usersLoaded(users),
        () => {},
      );
    }
  }
}

/** Those of whom something is shown. @param {Message} message @returns {number[]} */
function peopleOf({ author, mentions, reactions, event }) {
  const { actor, user } = event?.params ?? {};
  const reactors = reactions.flatMap(([, users]) => users.slice(0, MOST_REACTORS));
  return [author, actor, user, ...mentions, ...reactors].filter((id) => typeof id === "number");
}
