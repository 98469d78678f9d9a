/** Files that are dragged over the room: where they may be dropped is shown, and dropped elsewhere they open nothing. */

export class FileDrop {
  #room;
  #overlay;
  #isOpen;
  #onFiles;
  #ending = new AbortController();

  /**
   * @param {HTMLElement} room
   * @param {HTMLElement} overlay
   * @param {{ isOpen: () => boolean, onFiles: (files: File[]) => void }} what whether files are taken, and by whom
   */
  constructor(room, overlay, { isOpen, onFiles }) {
    this.#room = room;
    this.#overlay = overlay;
    this.#isOpen = isOpen;
    this.#onFiles = onFiles;
  }

  connect() {
    const { signal } = this.#ending;
    addEventListener("dragover", (event) => this.#over(event), { signal });
    addEventListener("drop", (event) => this.#drop(event), { signal });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.#overlay.hidden = true; // out of the window
    }, { signal });
    addEventListener("dragend", () => this.#overlay.hidden = true, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {DragEvent} event */
  #over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser would leave the page for the file
    const isTaken = this.#takes(event);
    event.dataTransfer.dropEffect = isTaken ? "copy" : "none";
    this.#overlay.hidden = !isTaken;
  }

  /** @param {DragEvent} event */
  #drop(event) {
    this.#overlay.hidden = true;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (this.#takes(event)) this.#onFiles(filesOf(event.dataTransfer));
  }

  /** @param {DragEvent} event */
  #takes({ target }) {
    return this.#isOpen() && target instanceof Node && this.#room.contains(target);
  }
}

/** Without folders, which cannot be read as files. @param {DataTransfer} transfer @returns {File[]} */
export function filesOf({ items, files }) {
  const isFolder = [...items].map((item) => item.webkitGetAsEntry?.()?.isDirectory ?? false);
  return [...files].filter((_, at) => !isFolder[at]);
}
