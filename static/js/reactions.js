/** @typedef {[string, number[]][]} Reactions */

/**
 * A message's reactions after one person's came or went.
 * @param {Reactions} reactions
 * @param {{ emoji: string, user: number, on: boolean }} change
 * @returns {Reactions}
 */
export function addOrRemove(reactions, { emoji, user, on }) {
  const without = reactions.map(([name, users]) => /** @type {[string, number[]]} */ ([
    name,
    name === emoji ? users.filter((id) => id !== user) : users,
  ]));
  if (on) {
    const entry = without.find(([name]) => name === emoji);
    if (entry) entry[1].push(user);
    else without.push([emoji, [user]]);
  }
  return without.filter(([, users]) => users.length > 0);
}
