/** Dates and times as the reader's language and place write them. */

import { t } from "chat/strings.js";

const DAY = 24 * 60 * 60 * 1_000;
/** Wherever one is, a day begins at a whole quarter of an hour. */
const QUARTER = 15 * 60 * 1_000;
const MOST_QUARTERS = 5_000;

/**
 * The reader's own kind of the page's language: British or American, say.
 * @param {string} language of the page
 * @param {readonly string[]} preferred by the reader
 */
export function localeFor(language, preferred) {
  const base = (/** @type {string} */ tag) => tag.split("-")[0].toLowerCase();
  return preferred.find((tag) => base(tag) === base(language)) ?? language;
}

export class Format {
  #time;
  #day;
  #dayOfYear;
  #full;
  #ago;
  #number;
  #list;
  /** @type {Map<number, string>} the day of each quarter that was asked for: a timeline asks for every message */
  #days = new Map();

  /** @param {string} locale @param {string} [timeZone] the reader's own where none is given */
  constructor(locale, timeZone) {
    this.#number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone });
    this.#day = new Intl.DateTimeFormat(locale, {
      weekday: "long",
      day: "numeric",
      month: "long",
      timeZone,
    });
    this.#dayOfYear = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone });
    this.#list = new Intl.ListFormat(locale);
    this.#full = new Intl.DateTimeFormat(locale, {
      dateStyle: "full",
      timeStyle: "short",
      timeZone,
    });
    this.#ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  }

  /** @param {number} number */
  number(number) {
    return this.#number.format(number);
  }

  /** Names, the way a sentence lists them. @param {string[]} names */
  list(names) {
    return this.#list.format(names);
  }

  /** @param {string} at */
  time(at) {
    return this.#time.format(new Date(at));
  }

  /** @param {string} at */
  full(at) {
    return this.#full.format(new Date(at));
  }

  /** How long ago, in the largest unit. @param {string} at @param {number} now in milliseconds since 1970 */
  ago(at, now) {
    const minutes = Math.floor(Math.max(0, now - Date.parse(at)) / 60_000);
    if (minutes < 60) return this.#ago.format(-minutes, "minute");
    if (minutes < 24 * 60) return this.#ago.format(-Math.floor(minutes / 60), "hour");
    return this.#ago.format(-Math.floor(minutes / (24 * 60)), "day");
  }

  /** The day something is of, the same for all that is of that day. @param {string | number} at */
  dayKey(at) {
    const quarter = Math.floor(new Date(at).getTime() / QUARTER);
    const known = this.#days.get(quarter);
    if (known !== undefined) return known;
    if (this.#days.size >= MOST_QUARTERS) this.#days.clear();
    const day = this.#dayOfYear.format(quarter * QUARTER);
    this.#days.set(quarter, day);
    return day;
  }

  /** @param {string} at @param {number} now in milliseconds since 1970 */
  day(at, now) {
    const key = this.dayKey(at);
    if (key === this.dayKey(now)) return t("today");
    if (key === this.dayKey(now - DAY)) return t("yesterday");
    const isRecent = now - Date.parse(at) < 180 * DAY;
    return isRecent ? this.#day.format(new Date(at)) : key;
  }
}
