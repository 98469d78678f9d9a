/** The outbox across reloads: a database of the browser's own, one per user. */

/** @import { Storage } from "chat/outbox.js" */

const ENTRIES = "entries";

/** @param {number} userId @returns {Storage} its promises reject where the browser forbids databases */
export function outboxStorage(userId) {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;
  const database = () => opening ??= open(`chat-outbox-${userId}`);
  return {
    load: async () =>
      await done((await database()).transaction(ENTRIES).objectStore(ENTRIES).getAll()),
    put: async (entry) => {
      await done(writable(await database()).put(entry));
    },
    remove: async (clientId) => {
      await done(writable(await database()).delete(clientId));
    },
  };
}

/** @param {IDBDatabase} database */
function writable(database) {
  return database.transaction(ENTRIES, "readwrite").objectStore(ENTRIES);
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function open(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ENTRIES, { keyPath: "clientId" });
  };
  return done(request);
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
