/** The keyboard's shortcuts, as they are here and now. */

import { ask } from "chat/components/dialog.js";
import { clone, part } from "chat/components/markup.js";
import { capsOf, helpFor } from "chat/shortcuts.js";
import { t } from "chat/strings.js";

/** @import { Keyboard } from "chat/shortcuts.js" */

/** @param {Keyboard} keyboard */
export function showShortcuts(keyboard) {
  return ask("shortcut-help", (dialog) => {
    const sections = helpFor(keyboard).map(({ group, lines }) => {
      const section = clone("shortcut-group");
      part(section, "h3").textContent = t(`shortcuts_${group}`);
      const built = lines.map(({ action, keys }) => buildLine(action, keys, keyboard.isMac));
      part(section, "dl").append(...built);
      return section;
    });
    part(dialog, ".shortcuts").append(...sections);
    part(dialog, ".shortcuts__off").hidden = keyboard.singleKeys;
  });
}

/** @param {string} action @param {string[]} keys @param {boolean} isMac */
function buildLine(action, keys, isMac) {
  const line = clone("shortcut");
  part(line, "dt").textContent = t(`shortcut_${action}`);
  part(line, "dd").append(...keys.map((one) => buildKeys(one, isMac)));
  return line;
}

/** @param {string} keys @param {boolean} isMac */
function buildKeys(keys, isMac) {
  const element = document.createElement("span");
  element.className = "shortcuts__keys";
  element.append(
    ...capsOf(keys, isMac).map((cap) => {
      const key = document.createElement("kbd");
      key.textContent = cap;
      return key;
    }),
  );
  return element;
}
