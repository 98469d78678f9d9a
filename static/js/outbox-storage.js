/**
 * The outbox across reloads, crashes and tabs.
 *
 * Each entry has one owner: the tab that wrote it, or, once that is gone, the one that took it over. An owner
 * changes its entries, sends them and lets them go in transactions that look whose they are. So a tab that was
 * taken for gone (it was frozen, say) and comes back finds out before it does anything with what another has sent.
 *
 * A database's commit takes a moment, in which a tab can crash. A new entry is therefore noted in localStorage
 * first, which is done when the call returns; the note goes when the commit is there. Where there is no database
 * the note stays, and is all there is.
 */

/** @import { Entry } from "chat/outbox.js" */
/** @import { Database } from "chat/outbox-database.js" */
/** @import { Keep } from "chat/keep.js" */
/** @import { Tabs } from "chat/tabs.js" */

/** @typedef {Entry & { owner: string }} Kept */

export class OutboxStorage {
  #database;
  #keep;
  #tabs;
  /** @type {Set<string>} what this tab knows to be in the database, or to have been */
  #stored = new Set();
  /** @type {Set<string>} what is kept nowhere, or not yet */
  #loose = new Set();

  /** @param {{ database: Database, keep: Keep, tabs: Tabs }} parts */
  constructor({ database, keep, tabs }) {
    this.#database = database;
    this.#keep = keep;
    this.#tabs = tabs;
  }

  /** Whether nothing would be lost if this page ended now. */
  get keepsAll() {
    return this.#loose.size === 0;
  }

  /** Keeps an entry's present state. @param {Entry} entry @returns {Promise<boolean>} false: it is another's, or gone */
  async put(entry) {
    const { clientId } = entry;
    const isNew = !this.#stored.has(clientId);
    const kept = { ...entry, owner: this.#tabs.id };
    if (isNew && !this.#keep.note(kept)) this.#loose.add(clientId); // until the commit is there
    let isOurs = true;
    try {
      await this.#database.change(clientId, (held) => {
        isOurs = held ? held.owner === this.#tabs.id : isNew;
        return isOurs ? kept : undefined;
      });
    } catch {
      return true; // kept in this page at least, where no other tab can take it
    }
    this.#isIn(clientId);
    return isOurs;
  }

  /** Takes an entry out that is certainly not stored by the server. @param {string} clientId @returns {Promise<boolean>} whether it was ours to take */
  async take(clientId) {
    let isOurs = true;
    const isLoose = !this.#stored.has(clientId);
    await this.#database.change(clientId, (held) => {
      isOurs = held ? held.owner === this.#tabs.id : isLoose;
      return isOurs ? null : undefined;
    }).catch(() => {});
    if (isOurs) this.#letGo(clientId);
    return isOurs;
  }

  /** The server has it, whoever sent it. @param {string} clientId */
  async remove(clientId) {
    this.#letGo(clientId);
    await this.#database.change(clientId, () => null).catch(() => {}); // else it is sent again, and known again
  }

  /** Takes over what tabs left that are gone. @returns {Promise<Entry[]>} the oldest first */
  async adopt() {
    const left = (await this.#all()).filter(({ owner }) => owner !== this.#tabs.id);
    if (left.length === 0) return [];
    const living = await this.#tabs.living();
    const orphans = left.filter(({ owner }) => !living.has(owner)).sort((a, b) => a.at - b.at);
    const adopted = [];
    for (const orphan of orphans) {
      const mine = await this.#claim(orphan);
      if (mine) adopted.push(mine);
    }
    return adopted;
  }

  /** What is noted is read first: it may be on its way into the database. @returns {Promise<Kept[]>} */
  async #all() {
    const noted = this.#keep.noted();
    const stored = await this.#database.all().catch(() => []);
    const ids = new Set(stored.map(({ clientId }) => clientId));
    return [...stored, ...noted.filter(({ clientId }) => !ids.has(clientId))];
  }

  /** Two tabs may try this at once; one succeeds. @param {Kept} orphan @returns {Promise<Entry | null>} */
  async #claim(orphan) {
    const { clientId } = orphan;
    /** @type {Kept | null} */
    let mine = null;
    const claim = (/** @type {Kept | undefined} */ held) => {
      const found = held ?? (this.#keep.isNoted(clientId) ? orphan : null);
      mine = found?.owner === orphan.owner ? { ...found, owner: this.#tabs.id } : null;
      return mine ?? undefined;
    };
    try {
      await this.#database.change(clientId, claim);
    } catch {
      mine = claim(undefined) ?? null;
      if (mine) this.#keep.note(mine);
      return mine;
    }
    if (mine) this.#isIn(clientId);
    return mine;
  }

  /** @param {string} clientId */
  #isIn(clientId) {
    this.#stored.add(clientId);
    this.#loose.delete(clientId);
    this.#keep.unnote(clientId);
  }

  /** @param {string} clientId */
  #letGo(clientId) {
    this.#loose.delete(clientId);
    this.#keep.unnote(clientId);
  }
}
