/** Puts a text on the clipboard; resolves with whether that was allowed. @param {string} text @returns {Promise<boolean>} */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // a site without TLS has no clipboard of its own
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const ground = focused?.closest("dialog") ?? document.body; // beside a modal dialog nothing can be selected
  const area = document.createElement("textarea");
  area.className = "spoken";
  area.value = text;
  ground.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isDone;
}
