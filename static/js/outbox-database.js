/**
 * Where an outbox is kept: a database of the browser's own, one per user, which all of the user's tabs share.
 * A change is one transaction, so two tabs never change an entry at the same time.
 */

/** @import { Kept } from "chat/outbox-storage.js" */

/**
 * Its promises reject where the browser forbids databases, or is out of room or of patience.
 * @typedef {object} Database
 * @property {() => Promise<Kept[]>} all
 * @property {(clientId: string, change: (held: Kept | undefined) => Kept | null | undefined) => Promise<void>} change
 *   puts what `change` makes of an entry: null removes it, undefined leaves it; resolves once that is on disk
 */

const ENTRIES = "entries";
const DEADLINE = 4_000; // some browsers leave a database's request without an answer for ever

/** @param {number} userId @returns {Database} */
export function outboxDatabase(userId) {
  /** @type {Promise<IDBDatabase> | null} */
  let opening = null;
  const forget = () => void (opening = null);
  const database = () => opening ??= open(`chat-outbox-${userId}`, forget);
  return {
    all: () => inTime(database().then(readAll)),
    change: (clientId, change) =>
      inTime(database().then((opened) => changeOne(opened, clientId, change))),
  };
}

/** @param {string} name @param {() => void} forget called when it is of no use any more @returns {Promise<IDBDatabase>} */
function open(name, forget) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ENTRIES, { keyPath: "clientId" });
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = forget;
      database.onversionchange = () => { // a newer page wants another shape
        database.close();
        forget();
      };
      resolve(database);
    };
    request.onerror = () => {
      forget();
      reject(request.error);
    };
  });
}

/** @param {IDBDatabase} database @returns {Promise<Kept[]>} */
function readAll(database) {
  return new Promise((resolve, reject) => {
    const request = database.transaction(ENTRIES).objectStore(ENTRIES).getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBDatabase} database @param {string} clientId @param {Parameters<Database["change"]>[1]} change @returns {Promise<void>} */
function changeOne(database, clientId, change) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(ENTRIES, "readwrite", { durability: "strict" });
    const entries = transaction.objectStore(ENTRIES);
    const request = entries.get(clientId);
    request.onsuccess = () => {
      const next = change(request.result);
      if (next === null) entries.delete(clientId);
      else if (next) entries.put(next);
    };
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @template Result @param {Promise<Result>} promise @returns {Promise<Result>} */
function inTime(promise) {
  const late = AbortSignal.timeout(DEADLINE);
  return Promise.race([
    promise,
    new Promise((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
  ]);
}
