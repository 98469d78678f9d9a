/** Whether a message is meant for somebody by name, or with everybody in the room. */

/** @import { Message } from "chat/wire.d.ts" */

/**
 * One's own messages do not call one, nor those of people whom one blocks.
 * @param {Message} message
 * @param {number} me
 * @param {ReadonlySet<number>} blocked
 */
export function isMention(message, me, blocked) {
  if (message.author === null || message.author === me || blocked.has(message.author)) return false;
  return message.mention_room || message.mentions.includes(me);
}
