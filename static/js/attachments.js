/** How files are shown; chat/templatetags/attachments.py says the same for what the server draws. */

import { t } from "chat/strings.js";

/** @import { Format } from "chat/format.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

/** @typedef {"picture" | "video" | "audio" | "file"} Kind */

const BOX = { width: 400, height: 300 };
const LEAST = 40;
const KIB = 1024;
const ARCHIVES = new Set(["application/zip", "application/gzip", "application/x-7z-compressed"]);
const TEXTS = new Set(["application/pdf", "text/plain"]);

/** @param {Attachment} file @returns {Kind} */
export function kindOf(file) {
  if (file.width && file.height) return "picture";
  if (file.type.startsWith("video/")) return "video";
  return file.type.startsWith("audio/") ? "audio" : "file";
}

/** Which icon its card has. @param {Attachment} file @returns {string} */
export function sortOf(file) {
  if (ARCHIVES.has(file.type)) return "archive";
  return TEXTS.has(file.type) ? "text" : kindOf(file);
}

/** The space that is reserved for a picture, before any of it has come. @param {Attachment} file */
export function shownSize({ width = LEAST, height = LEAST }) {
  const scale = Math.min(1, BOX.width / width, BOX.height / height);
  return {
    width: Math.max(LEAST, Math.round(width * scale)),
    height: Math.max(LEAST, Math.round(height * scale)),
  };
}

/** As people say it: two digits are enough. @param {number} size in bytes @param {Format} format */
export function sizeText(size, format) {
  if (size < KIB) return t("size_bytes", { n: size });
  if (size < KIB * KIB) return t("size_kib", { n: format.number(brief(size / KIB)) });
  return t("size_mib", { n: format.number(brief(size / KIB / KIB)) });
}

/** @param {number} number */
function brief(number) {
  return number < 9.95 ? Math.round(number * 10) / 10 : Math.round(number);
}
