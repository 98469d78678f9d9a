/** What stands where a room begins: its name, what it is for, who is in it. */

import { clone, fillAvatar, part, showMark } from "chat/components/markup.js";
import { roomTitle } from "chat/people.js";
import { isolated, t } from "chat/strings.js";

/** @import { Store } from "chat/store.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

const FACES = 5;

/** @param {OwnRoom} room @param {Store} store @returns {HTMLElement} */
export function buildBeginning(room, store) {
  const element = clone("beginning");
  const title = isolated(roomTitle(room, store.me, store.users));
  const isDirect = room.kind === "direct";
  const direct = room.users?.length === 1 ? "beginning_notes" : "beginning_direct";
  part(element, ".beginning__title").textContent = t(isDirect ? direct : "beginning", {
    room: title,
  });
  part(element, ".beginning__topic").textContent = room.topic;
  part(element, ".beginning__people").hidden = isDirect;
  // Whoever is alone may always ask others in.
  part(element, ".beginning__invite").hidden = isDirect || room.members !== 1 ||
    room.archived_at !== null;
  part(element, ".beginning__count").textContent = t("members", { n: room.members });
  const faces = part(element, ".faces");
  const face = part(faces, ".avatar");
  faces.replaceChildren(
    ...facesOf(room, store).map((user) => {
      const copy = /** @type {HTMLElement} */ (face.cloneNode(true));
      fillAvatar(copy, user);
      return copy;
    }),
  );
  showMark(element, room.kind);
  return element;
}

/** What it is built from, in short. @param {OwnRoom} room @param {Store} store */
export function beginningSignature(room, store) {
  const faces = facesOf(room, store).map(({ name, avatar }) => [name, avatar]);
  const { topic, members, archived_at } = room;
  const title = roomTitle(room, store.me, store.users);
  return JSON.stringify([title, topic, members, archived_at, faces]);
}

/** A few of those in the room. @param {OwnRoom} room @param {Store} store */
function facesOf(room, store) {
  return [...store.members.get(room.id)?.rows ?? []]
    .filter(([, row]) => row.role !== null)
    .map(([id]) => store.users.get(id))
    .filter((user) => user !== undefined)
    .sort((a, b) => a.id - b.id)
    .slice(0, FACES);
}
