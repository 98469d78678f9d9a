/**
 * When and whether to come back after a connection ended: docs/protocol.md, "Close codes". Chance spreads
 * clients out, so that a restarted server is not met by all of them at once.
 */

/** @typedef {"lost" | "restarting" | "slow" | "flooding"} Cause */
/** @typedef {"frames" | "signed_out" | "banned" | "displaced" | "old"} StopReason */
/** @typedef {{ stop: StopReason } | { wait: number, cause: Cause }} Plan in milliseconds */

/** For how long it has been away, and how long it waits at most: a restart is over in a few seconds. */
const PATIENCE = [
  { until: 10_000, wait: 1_500 },
  { until: 60_000, wait: 4_000 },
  { until: Infinity, wait: 30_000 },
];
const RESTART_SPREAD = 5_000;
const FLOOD_PAUSE = 10_000;

/** @type {Record<number, StopReason>} */
const STOPS = {
  4400: "frames",
  4401: "signed_out",
  4403: "banned",
  4409: "displaced",
  4426: "old",
};

/**
 * @param {number} code the close code
 * @param {{ failures: number, lostFor: number, retryAfter?: number, random: () => number }} circumstances
 *   `lostFor` is how long there has been no working connection, in milliseconds
 * @returns {Plan}
 */
export function planAfter(code, { failures, lostFor, retryAfter, random }) {
  if (code in STOPS) return { stop: STOPS[code] };
  switch (code) {
    case 1001:
    case 1012:
      return { wait: random() * (retryAfter ?? RESTART_SPREAD), cause: "restarting" };
    case 4408:
      return { wait: random() * 2_000, cause: "lost" };
    case 4413:
      return { wait: 1_000 + random() * 4_000, cause: "slow" };
    case 4429:
      return { wait: (retryAfter ?? FLOOD_PAUSE) + random() * 1_000, cause: "flooding" };
  }
  const patience = PATIENCE.find(({ until }) => lostFor < until)?.wait ?? 0;
  return { wait: random() * Math.min(patience, 500 * 2 ** failures), cause: "lost" };
}
