/** From room to room by keyboard. It knows no DOM. */

/**
 * The next room in a list, around its end; null where there is no other.
 * @param {number[]} order
 * @param {number} current
 * @param {1 | -1} by
 * @param {(room: number) => boolean} [isWanted]
 */
export function nextRoom(order, current, by, isWanted = () => true) {
  const count = order.length;
  const at = order.indexOf(current);
  const from = at < 0 && by < 0 ? count : at;
  for (let step = 1; step <= count; step += 1) {
    const room = order[(from + by * step + count) % count];
    if (room !== undefined && room !== current && isWanted(room)) return room;
  }
  return null;
}
