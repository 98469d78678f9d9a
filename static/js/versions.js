/** @import { Edit, Message } from "chat/wire.d.ts" */

/** @typedef {{ body: string, at: string, isCurrent: boolean }} Version */

/**
 * The versions of a message, newest first. An edit names what was said before it and when it was made: so a
 * body is as old as the edit before it, and the first as the message.
 * @param {Message} message
 * @param {Edit[]} edits oldest first; of very many only the newest
 * @returns {Version[]}
 */
export function versionsOf(message, edits) {
  const bodies = [...edits.map(({ body }) => body), message.body];
  const times = [message.at, ...edits.map(({ at }) => at)];
  const last = bodies.length - 1;
  return bodies.map((body, at) => ({ body, at: times[at], isCurrent: at === last })).reverse();
}
