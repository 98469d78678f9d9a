/** Whether a message is one to three emoji and nothing else: then they are shown larger, as chat/emoji.py has it. */

const MAX_LENGTH = 3 * 64;
const DRAWN = String.raw`\p{Extended_Pictographic}(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}])?`;
const EMOJI = [
  String.raw`\p{Extended_Pictographic}[\u{e0020}-\u{e007e}]+\u{e007f}`,
  String.raw`${DRAWN}(?:\u200d${DRAWN})*`,
  String.raw`[\u{1f1e6}-\u{1f1ff}]{2}`,
  String.raw`[0-9#*]\ufe0f?\u20e3`,
].join("|");
const FEW = new RegExp(`^(?:(?:${EMOJI})\\s*){1,3}$`, "u");

/** @param {string} body */
export function isFewEmoji(body) {
  return body.length <= MAX_LENGTH && FEW.test(body.trim());
}
