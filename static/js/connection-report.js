/**
 * How it stands with the connection, gathered from those who know, and as a text for whoever runs the server.
 * Ids, numbers, codes and times: nothing of it names anybody or repeats what was written.
 */

/** @import { ConnectionLog } from "chat/connection-log.js" */
/** @import { Outbox } from "chat/outbox.js" */
/** @import { Store } from "chat/store.js" */
/** @import { Uploads } from "chat/uploads.js" */

/** @typedef {{ id: number, rev: number, held: number }} HeldRoom `held` counts its messages that are here */
/** @typedef {{ waiting: number, failed: number, oldest: number | null }} Unsent */

/**
 * @typedef {object} Facts
 * @property {number} at
 * @property {number} user
 * @property {{ version: string, epoch: string }} server
 * @property {ConnectionLog} log
 * @property {HeldRoom[]} rooms those of which messages are held come first
 * @property {Unsent} unsent
 * @property {number} files in the trays of all rooms
 */

/**
 * @param {{ log: ConnectionLog, store: Store, outbox: Outbox, uploads: Uploads }} parts
 * @param {number} at
 * @returns {Facts}
 */
export function factsOf({ log, store, outbox, uploads }, at) {
  return {
    at,
    user: store.me?.id ?? 0,
    server: { version: store.server?.version ?? "", epoch: store.server?.epoch ?? "" },
    log,
    rooms: heldRooms(store),
    unsent: unsentIn(outbox),
    files: uploads.all.length,
  };
}

/** @param {Facts} facts */
export function reportOf({ at, user, server, log, rooms, unsent, files }) {
  const { lastLoss, lastGap, trips } = log;
  const lines = [
    "Connection report",
    `at: ${iso(at)}`,
    `user: ${user}`,
    `server: version ${server.version || "unknown"}, epoch ${server.epoch || "unknown"}`,
    `state: ${log.state} since ${iso(log.since)}, tries ${log.tries}`,
    `round trip: ${
      trips ? `last ${trips.last} ms, median ${trips.median} ms of ${trips.count}` : "not measured"
    }`,
    `compression: ${log.isCompressed === null ? "unknown" : log.isCompressed ? "on" : "off"}`,
    `reconnects: ${log.reconnects}`,
    `last loss: ${
      lastLoss ? `${lastLoss.cause}, code ${lastLoss.code ?? "none"}, ${iso(lastLoss.at)}` : "none"
    }`,
    `gaps repaired: ${log.gaps}`,
    `last gap: ${
      lastGap
        ? `room ${lastGap.room}, rev ${lastGap.from} to ${lastGap.to}, ${iso(lastGap.at)}`
        : "none"
    }`,
    `outbox: ${unsent.waiting} waiting, ${unsent.failed} failed, oldest ${
      unsent.oldest === null ? "none" : iso(unsent.oldest)
    }`,
    `files held: ${files}`,
    `server clock: ${log.serverAhead === null ? "unknown" : `${log.serverAhead} ms ahead`}`,
    "rooms (id, rev, messages held):",
    ...rooms.map(({ id, rev, held }) => `  ${id} ${rev} ${held}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** @param {Store} store */
function heldRooms(store) {
  const rooms = [...store.rooms.keys()].map((id) => ({
    id,
    rev: store.revOf(id),
    held: store.histories.get(id)?.messages.length ?? 0,
  }));
  return rooms.sort((a, b) => b.held - a.held || a.id - b.id);
}

/** @param {Outbox} outbox @returns {Unsent} */
function unsentIn(outbox) {
  const unsent = outbox.all.filter(({ state }) => state !== "sent");
  const failed = unsent.filter(({ state }) => state === "failed").length;
  const oldest = unsent.length === 0 ? null : Math.min(...unsent.map(({ at }) => at));
  return { waiting: unsent.length - failed, failed, oldest };
}

/** @param {number} at */
function iso(at) {
  return new Date(at).toISOString();
}
