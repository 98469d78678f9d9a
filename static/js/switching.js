/** Where one could go from here: by name, the likeliest first, or to the next in the list. It knows no DOM. */

import { byName, isListed, isUnread, others, roomTitle } from "chat/people.js";

/** @import { ListedRoom, OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {{ key: string, title: string, room: OwnRoom, user: User | null }} RoomGoal `user` for a direct one */
/** @typedef {{ key: string, title: string, room: null, user: User }} PersonGoal no room with them is open yet */
/** @typedef {{ key: string, title: string, room: ListedRoom, user: null }} PublicGoal one is not in it */
/** @typedef {RoomGoal | PersonGoal | PublicGoal} Goal */
/** @typedef {{ name: "unread" | "rooms" | "direct" | "public" | "people", goals: Goal[] }} Group */
/** @typedef {{ users: User[], rooms: ListedRoom[] }} Found what the server knows by these words */
/** @typedef {{ rooms: OwnRoom[], users: Map<number, User>, me: User, current: number, found: Found }} Known */

const MOST = 12; // of a kind
const NOT_FOUND = Infinity;

/**
 * Rooms with something new, other rooms, conversations, rooms one could join, people one has no conversation
 * with yet; without words, where one is already is left out.
 * @param {string} words
 * @param {Known} known
 * @returns {Group[]}
 */
export function goalsFor(words, known) {
  const wanted = words.trim().toLocaleLowerCase();
  const rooms = roomGoals(known)
    .filter(({ room }) => wanted !== "" || (room.id !== known.current && !room.archived_at));
  const isDirect = (/** @type {RoomGoal} */ { room }) => room.kind === "direct";
  const isNew = (/** @type {RoomGoal} */ { room }) => room.id !== known.current && isUnread(room);
  const rest = rooms.filter((goal) => !isNew(goal));
  /** @type {Group[]} */
  const groups = [
    { name: "unread", goals: best(rooms.filter(isNew), wanted) },
    { name: "rooms", goals: best(rest.filter((goal) => !isDirect(goal)), wanted) },
    { name: "direct", goals: best(rest.filter(isDirect), wanted) },
    { name: "public", goals: best(notJoined(known), wanted) },
    { name: "people", goals: best(strangers(known), wanted) },
  ];
  return groups.filter(({ goals }) => goals.length > 0);
}

/** @param {Known} known @returns {OwnRoom[]} */
function listedRooms({ rooms, me, current }) {
  return rooms.filter((room) => isListed(room, me) || room.id === current);
}

/** @param {Known} known @returns {RoomGoal[]} */
function roomGoals(known) {
  const { users, me } = known;
  return listedRooms(known).map((room) => ({
    key: `room ${room.id}`,
    title: roomTitle(room, me, users),
    room,
    user: room.kind === "direct" ? others(room, me, users)[0] ?? me : null,
  }));
}

/** @param {Known} known @returns {PublicGoal[]} */
function notJoined({ rooms, found }) {
  const own = new Set(rooms.map(({ id }) => id));
  return found.rooms.filter(({ id }) => !own.has(id))
    .map((room) => ({ key: `room ${room.id}`, title: room.name, room, user: null }));
}

/** @param {Known} known @returns {PersonGoal[]} */
function strangers(known) {
  const { users, me, found } = known;
  const met = new Set(listedRooms(known).map((room) => partnerIn(room, me)));
  const all = new Map([...users.values(), ...found.users].map((user) => [user.id, user]));
  return [...all.values()].filter(({ id, kind }) => kind === "person" && !met.has(id))
    .map((user) => ({ key: `user ${user.id}`, title: user.name, room: null, user }));
}

/** The other one of two, oneself in one's notes. @param {OwnRoom} room @param {User} me */
function partnerIn({ users = [] }, me) {
  const rest = users.filter((id) => id !== me.id);
  if (rest.length > 1 || users.length === 0) return null;
  return rest[0] ?? me.id;
}

/** @param {Goal[]} goals @param {string} wanted */
function best(goals, wanted) {
  return goals.map((goal) => ({ goal, rank: rankOf(goal, wanted) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    .sort((a, b) => a.rank - b.rank || byNews(a.goal, b.goal))
    .slice(0, MOST)
    .map(({ goal }) => goal);
}

/** @param {Goal} goal @param {string} wanted */
function rankOf({ title, room, user }, wanted) {
  if (wanted === "") return 0;
  const names = [title, room?.slug ?? "", user?.username ?? ""];
  return Math.min(...names.map((name) => rankIn(name.toLocaleLowerCase(), wanted)));
}

/** Its beginning, then the beginning of a word in it, then anything in it. @param {string} name @param {string} wanted */
function rankIn(name, wanted) {
  const at = name.indexOf(wanted);
  if (at <= 0) return at === 0 ? 0 : NOT_FOUND;
  return name.split(/[\s_.-]+/).some((word) => word.startsWith(wanted)) ? 1 : 2;
}

/** The room, where one is in it. @param {Goal} goal @returns {OwnRoom | null} */
export function ownRoom({ room }) {
  return room !== null && "kind" in room ? room : null;
}

/** Where one is mentioned, then where somebody spoke last. @param {Goal} a @param {Goal} b */
function byNews(a, b) {
  const [calls, other] = [a, b].map((goal) => Number((ownRoom(goal)?.mentions ?? 0) > 0));
  const [left, right] = [a, b].map((goal) => ownRoom(goal)?.last_at ?? "");
  return other - calls || Number(left < right) - Number(left > right) || byName(a.title, b.title);
}
