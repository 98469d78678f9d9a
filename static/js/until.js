/** Times to come, as the wire writes them. */

const HOUR = 60 * 60 * 1_000;

/** @param {number} now in milliseconds since 1970 @param {number} hours */
export function hoursFrom(now, hours) {
  return new Date(now + hours * HOUR).toISOString();
}

/** @param {number} now in milliseconds since 1970 @param {number} days */
export function daysFrom(now, days) {
  return hoursFrom(now, days * 24);
}
