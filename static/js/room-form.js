/** What a room's form says before it is sent and after it was refused. It knows no DOM; chat/naming.py decides. */

/** @import { Room } from "chat/wire.d.ts" */

/** @typedef {{ name: string, topic: string, slow_mode?: number }} Draft */
/** @typedef {{ field: "name" | "topic", text: string }} Complaint the name of a text, under its field */

export const MAX_NAME = 80;
export const MAX_TOPIC = 500;
const HIDDEN =
  /[\p{Cc}\p{Co}\p{Cs}]|[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e]|[\u2028\u2029\u2060-\u206f\u2800\u3164\ufeff\uffa0]/u;

/** The address that the server will make of a public room's name; "" where only it knows. @param {string} name */
export function slugOf(name) {
  return name.normalize("NFKC").toLowerCase()
    .replace(/[\ufe00-\ufe0f]|[^\p{L}\p{N}\p{M}\s_-]/gu, "")
    .replace(/[-\s]+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "");
}

/** What is wrong with a draft as far as one can tell here. @param {Draft} draft @returns {Complaint[]} */
export function complaints({ name, topic }) {
  const [title, about] = [tidy(name), tidy(topic)];
  /** @type {Complaint[]} */
  const found = [];
  if (title === "") found.push({ field: "name", text: "room_name_missing" });
  else if (HIDDEN.test(title)) found.push({ field: "name", text: "room_hidden" });
  else if ([...title].length > MAX_NAME) found.push({ field: "name", text: "room_name_long" });
  if (HIDDEN.test(about)) found.push({ field: "topic", text: "room_hidden" });
  else if ([...about].length > MAX_TOPIC) found.push({ field: "topic", text: "room_topic_long" });
  return found;
}

/** Under which field a refusal belongs, if under one. @param {string} code @returns {Complaint | null} */
export function complaintOf(code) {
  if (code === "conflict") return { field: "name", text: "room_name_taken" };
  if (code === "bad_request") return { field: "name", text: "room_name_unfit" };
  if (code === "too_long") return { field: "name", text: "room_name_long" };
  return null;
}

/** What of the draft is new. @param {Room} room @param {Required<Draft>} draft @returns {Partial<Draft>} */
export function changesOf(room, draft) {
  /** @type {Partial<Draft>} */
  const changed = {};
  if (tidy(draft.name) !== room.name) changed.name = tidy(draft.name);
  if (tidy(draft.topic) !== room.topic) changed.topic = tidy(draft.topic);
  if (draft.slow_mode !== room.slow_mode) changed.slow_mode = draft.slow_mode;
  return changed;
}

/** @param {string} text */
function tidy(text) {
  return text.split(/\s+/).filter((word) => word !== "").join(" ");
}
