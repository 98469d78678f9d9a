/** The addresses of rooms and messages, as chat/urls.py has them. */

/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @param {OwnRoom} room @param {number | null} [seq] */
export function addressOf(room, seq = null) {
  const base = room.slug === null
    ? `/direct/${room.id}/`
    : `/rooms/${encodeURIComponent(room.slug)}/`;
  return seq === null ? base : `${base}${seq}/`;
}

/**
 * The room and message behind an address, if it is one of a room.
 * @param {string} path
 * @param {Iterable<OwnRoom>} rooms
 * @returns {{ room: number, seq: number | null } | null}
 */
export function readAddress(path, rooms) {
  const match = path.match(/^\/(rooms|direct)\/([^/]+)\/(?:(\d+)\/)?$/);
  if (!match) return null;
  const [, kind, name, seq] = match;
  for (const room of rooms) {
    const isIt = kind === "direct"
      ? room.slug === null && String(room.id) === name
      : room.slug !== null && room.slug === decode(name);
    if (isIt) return { room: room.id, seq: seq ? Number(seq) : null };
  }
  return null;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
