/** Days as a date field writes them, 2026-01-31, where the reader is. */

/** The day that a moment is of. @param {number | string} at @returns {string} */
export function dayOf(at) {
  const date = new Date(at);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part, place) => String(part).padStart(place === 0 ? 4 : 2, "0")).join("-");
}

/** When a day begins, as the wire writes it; null for what is no day. @param {string} day @returns {string | null} */
export function beginningOf(day) {
  const date = new Date(`${day}T00:00:00`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
