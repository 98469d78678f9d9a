import assert from "node:assert/strict";
import { kindOf, shownSize, sizeText, sortOf } from "chat/attachments.js";
import { Format } from "chat/format.js";
import { setStrings } from "chat/strings.js";

setStrings({
  size_bytes: { one: "%(n)s byte", many: "%(n)s bytes" },
  size_kib: "%(n)s KB",
  size_mib: "%(n)s MB",
});

/** @param {string} type @param {number} [width] @param {number} [height] */
function file(type, width, height) {
  return { id: 1, name: "a", type, size: 1, url: "/files/1/a", width, height };
}

Deno.test("a file is shown as what it is", () => {
  assert.equal(kindOf(file("image/png", 4, 3)), "picture");
  assert.equal(kindOf(file("video/mp4")), "video");
  assert.equal(kindOf(file("audio/mpeg")), "audio");
  assert.equal(kindOf(file("application/octet-stream")), "file");
  assert.equal(sortOf(file("application/pdf")), "text");
  assert.equal(sortOf(file("application/zip")), "archive");
});

// The same figures are in tests/chat/test_page_files.py: both draw the same page.
Deno.test("a picture has its space before it comes", () => {
  assert.deepEqual(shownSize(file("image/png", 4000, 3000)), { width: 400, height: 300 });
  assert.deepEqual(shownSize(file("image/png", 1000, 3000)), { width: 100, height: 300 });
  assert.deepEqual(shownSize(file("image/png", 100, 50)), { width: 100, height: 50 });
  assert.deepEqual(shownSize(file("image/png", 30_000, 2)), { width: 400, height: 40 });
});

Deno.test("a size is said in two digits", () => {
  const format = new Format("en");
  assert.deepEqual(
    [1, 1023, 1024, 5000, 10_200, 1_047_000, 1024 * 1024, 26_214_400].map((size) =>
      sizeText(size, format)
    ),
    ["1 byte", "1,023 bytes", "1 KB", "4.9 KB", "10 KB", "1,022 KB", "1 MB", "25 MB"],
  );
});
