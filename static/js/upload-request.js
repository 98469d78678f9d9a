/** One file to the server, and back from it. XMLHttpRequest, since `fetch` does not tell how far an upload is. */

import { CommandError } from "chat/commands.js";

/** @import { Upload } from "chat/uploads.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

/**
 * Rejects with a CommandError: a code of the wire, or `disconnected`.
 * @param {string} address
 * @param {Upload} upload
 * @param {AbortSignal} signal
 * @param {(part: number) => void} onProgress
 * @returns {Promise<Attachment>}
 */
export function sendFile(address, { room, source }, signal, onProgress) {
  const form = new FormData();
  form.set("room", String(room));
  form.set("file", /** @type {File} */ (source));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else reject(refusal(request.status, request.response));
    });
    for (const end of ["error", "timeout", "abort"]) {
      request.addEventListener(end, () => reject(new CommandError("disconnected")));
    }
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** @param {string} address @param {Attachment} attachment */
export async function discardFile(address, { id }) {
  const headers = { "X-CSRFToken": csrfToken() };
  await fetch(`${address}${id}/`, { method: "DELETE", headers, keepalive: true });
}

/** @param {number} status @param {{ code?: string, detail?: string, retry_after?: number } | null} answer */
function refusal(status, answer) {
  if (answer?.code) return new CommandError(answer.code, answer.detail, answer.retry_after);
  if (status === 413) return new CommandError("too_long");
  return new CommandError(status >= 500 ? "unavailable" : "internal");
}

/** As it is now: signing in again, in another tab, makes a new one. */
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
