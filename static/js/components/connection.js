/** How it stands with the connection, live, and a report of it that can be given to whoever runs the server. */

import { copy } from "chat/clipboard.js";
import { ask } from "chat/components/dialog.js";
import { clone, part, reconcile, setText } from "chat/components/markup.js";
import { factsOf, reportOf } from "chat/connection-report.js";
import { roomTitle } from "chat/people.js";
import { has, isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Facts, HeldRoom } from "chat/connection-report.js" */

const EVERY = 1_000;
const SAME_CLOCK = 1_000; // nearer than that nobody can tell, for what is heard was on its way for a while

/** @param {App} app */
export async function inspectConnection(app) {
  // The first figure is of now. One that is away is left to its countdown: looking changes nothing.
  if (app.socket.isLive) app.socket.probe();
  let ticker = 0;
  await ask("connection", (dialog) => {
    const inspector = new Inspector(dialog, app);
    part(dialog, ".button").addEventListener("click", () => inspector.copy());
    inspector.draw();
    ticker = window.setInterval(() => inspector.draw(), EVERY);
  });
  clearInterval(ticker);
}

class Inspector {
  #dialog;
  #app;

  /** @param {HTMLDialogElement} dialog @param {App} app */
  constructor(dialog, app) {
    this.#dialog = dialog;
    this.#app = app;
  }

  draw() {
    const facts = this.#facts;
    for (const [name, text] of Object.entries(this.#texts(facts))) {
      setText(part(this.#dialog, `[data-fact="${name}"]`), text);
    }
    reconcile(part(this.#dialog, "tbody"), facts.rooms, {
      key: ({ id }) => String(id),
      signature: (room) => JSON.stringify([room, this.#title(room.id)]),
      build: (room) => this.#build(room),
    });
    part(this.#dialog, ".connection__rooms").hidden = facts.rooms.length === 0;
  }

  async copy() {
    const isDone = await copy(reportOf(this.#facts));
    part(this.#dialog, ".dialog__status").textContent = t(isDone ? "link_copied" : "copy_failed");
  }

  get #facts() {
    const { log, store, outbox, uploads, clock } = this.#app;
    return factsOf({ log, store, outbox, uploads }, clock.now());
  }

  /** @param {Facts} facts @returns {Record<string, string>} */
  #texts(facts) {
    const { log, server, files } = facts;
    return {
      state: t(`inspect_${log.state}`, { time: this.#when(log.since) }),
      trip: log.trips ? t("inspect_trip", this.#numbers(log.trips)) : t("inspect_unknown"),
      compression: log.isCompressed === null
        ? t("inspect_unknown")
        : t(log.isCompressed ? "inspect_compressed" : "inspect_plain"),
      server: t("inspect_server", { version: server.version, epoch: server.epoch.slice(0, 8) }),
      reconnects: this.#number(log.reconnects),
      loss: this.#loss(facts),
      gaps: this.#gaps(facts),
      unsent: this.#unsent(facts),
      files: this.#number(files),
      clock: this.#clock(log.serverAhead),
    };
  }

  /** @param {Facts} facts */
  #loss({ log: { lastLoss } }) {
    if (!lastLoss) return t("inspect_none");
    const { cause, code, at } = lastLoss;
    const why = t(has(`connection_${cause}`) ? `connection_${cause}` : `stopped_${cause}`);
    return t("inspect_loss", { cause: why, code: String(code ?? "–"), time: this.#when(at) });
  }

  /** @param {Facts} facts */
  #gaps({ log: { gaps, lastGap } }) {
    if (!lastGap) return t("inspect_none");
    const room = isolated(this.#title(lastGap.room));
    return t("inspect_gaps", { count: this.#number(gaps), room, time: this.#when(lastGap.at) });
  }

  /** @param {Facts} facts */
  #unsent({ unsent: { waiting, failed, oldest } }) {
    if (oldest === null) return t("inspect_none");
    return t("inspect_unsent", { ...this.#numbers({ waiting, failed }), time: this.#when(oldest) });
  }

  /** @param {number | null} ahead */
  #clock(ahead) {
    if (ahead === null) return t("inspect_unknown");
    if (Math.abs(ahead) < SAME_CLOCK) return t("inspect_clock_same");
    const seconds = this.#number(Math.abs(ahead) / 1_000);
    return t(ahead > 0 ? "inspect_clock_behind" : "inspect_clock_ahead", { seconds });
  }

  /** @param {number} id */
  #title(id) {
    const { rooms, me, users } = this.#app.store;
    const room = rooms.get(id);
    return room ? roomTitle(room, me, users) : String(id);
  }

  /** @param {HeldRoom} room */
  #build({ id, rev, held }) {
    const row = clone("connection-room");
    part(row, "bdi").textContent = this.#title(id);
    part(row, ".connection__id").textContent = String(id);
    part(row, ".connection__rev").textContent = this.#number(rev);
    part(row, ".connection__held").textContent = this.#number(held);
    return row;
  }

  /** The time where it is of today, else the day too. @param {number} at */
  #when(at) {
    const { format, clock } = this.#app;
    const when = new Date(at).toISOString();
    const isToday = format.dayKey(at) === format.dayKey(clock.now());
    return isToday ? format.time(when) : format.full(when);
  }

  /** @param {number} number */
  #number(number) {
    return this.#app.format.number(number);
  }

  /** @param {Record<string, number>} numbers @returns {Record<string, string>} */
  #numbers(numbers) {
    return Object.fromEntries(
      Object.entries(numbers).map(([name, number]) => [name, this.#number(number)]),
    );
  }
}
