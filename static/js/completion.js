/** What is being typed that could be completed: a person, a room, an emoji; and what it could become. No DOM. */

import { codeRanges } from "chat/code-ranges.js";
import { byName } from "chat/people.js";

/** @import { OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {{ kind: "person" | "room" | "emoji", query: string, start: number }} Token */

export const MOST = 8;
const EVERYBODY = ["room", "所有人"]; // as chat/richtext/names.py has them
// Not within a word, an address or a time; but right behind a Chinese character, where nobody types a space.
const TOKENS = [
  { kind: /** @type {const} */ ("person"), pattern: /(?<![\w.%+/@-])@([\p{L}\p{N}_.-]{0,32})$/u },
  { kind: /** @type {const} */ ("room"), pattern: /(?<![\w&/#-])#([\p{L}\p{N}_-]{0,32})$/u },
  {
    kind: /** @type {const} */ ("emoji"),
    pattern: /(?<![\w:/]):((?:[\w+-]{2}|\p{Lo})[\p{L}\p{N}_+-]{0,30})$/u,
  },
];
const CODE_BEFORE = /(?<![\w:/]):[\p{L}\p{N}_+-]{1,60}:$/u;
const MOST_BEFORE = 64; // characters that a token may have

/** The token that ends at the caret. @param {string} text @param {number} caret @returns {Token | null} */
export function tokenBefore(text, caret) {
  const from = Math.max(0, caret - MOST_BEFORE);
  const before = text.slice(from, caret);
  for (const { kind, pattern } of TOKENS) {
    const found = pattern.exec(before);
    if (!found) continue;
    const start = from + found.index;
    return isCode(text, start) ? null : { kind, query: found[1], start };
  }
  return null;
}

/** Where the `:code:` begins that ends at the caret, if one does. @param {string} text @param {number} caret @returns {number | null} */
export function codeBefore(text, caret) {
  const from = Math.max(0, caret - MOST_BEFORE);
  const found = CODE_BEFORE.exec(text.slice(from, caret));
  if (!found) return null;
  return isCode(text, from + found.index) ? null : from + found.index;
}

/** Those who are called so, the best first. @param {Iterable<User>} users @param {string} query @returns {User[]} */
export function matchPeople(users, query) {
  const wanted = query.toLowerCase();
  return best(users, ({ name, username }) => {
    const names = [username.toLowerCase(), name.toLowerCase()];
    return Math.min(...names.map((one) => rankOf(one, wanted)));
  }, (user) => user.name);
}

/** The name that calls everybody in a room, if one begins so. @param {string} query @param {boolean} isChinese of the page @returns {string | null} */
export function matchEverybody(query, isChinese) {
  const names = isChinese ? EVERYBODY.toReversed() : EVERYBODY;
  return names.find((name) => name.startsWith(query.toLowerCase())) ?? null;
}

/**
 * Public rooms alone: to name another tells whoever reads it of a room that is not for them, by an address that
 * opens for nobody else.
 * @param {Iterable<OwnRoom>} rooms
 * @param {string} query
 * @returns {OwnRoom[]}
 */
export function matchRooms(rooms, query) {
  const wanted = query.toLowerCase();
  const named = [...rooms].filter((room) => room.kind === "public" && room.archived_at === null);
  const rank = (/** @type {OwnRoom} */ room) =>
    Math.min(rankOf(room.name.toLowerCase(), wanted), rankOf(room.slug ?? "", wanted));
  return best(named, rank, (room) => room.name);
}

/** @param {string} name @param {string} wanted */
function rankOf(name, wanted) {
  if (name.startsWith(wanted)) return 0;
  return name.includes(wanted) ? 1 : Infinity;
}

/**
 * @template Item
 * @param {Iterable<Item>} items
 * @param {(item: Item) => number} rank
 * @param {(item: Item) => string} nameOf
 */
function best(items, rank, nameOf) {
  return [...items].map((item) => ({ item, rank: rank(item) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || byName(nameOf(a.item), nameOf(b.item)))
    .slice(0, MOST)
    .map(({ item }) => item);
}

/** Also where code has only been begun. @param {string} text @param {number} at */
function isCode(text, at) {
  if (codeRanges(text).some(([start, end]) => at >= start && at < end)) return true;
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return (line.match(/`/g)?.length ?? 0) % 2 === 1;
}
