import assert from "node:assert/strict";
import { EmojiSource } from "chat/emoji-source.js";

const ROWS = [["🎉", "tada party", "庆祝"]];

/** Where the names are fetched from: what is asked for, and what comes of it. @param {(() => Promise<Response>)[]} answers */
async function fetching(answers, /** @type {() => Promise<void>} */ act) {
  const { fetch } = globalThis;
  let asked = 0;
  globalThis.fetch = () => answers[asked++]();
  try {
    await act();
  } finally {
    globalThis.fetch = fetch;
  }
  return asked;
}

const comes = () => Promise.resolve(Response.json(ROWS));

Deno.test("the names are fetched once, whoever asks", async () => {
  const source = new EmojiSource("/emoji.json", "en");
  const asked = await fetching([comes], async () => {
    const [one, other] = await Promise.all([source.load(), source.load()]);
    assert.equal(one, other);
    assert.equal(await source.load(), source.names);
  });
  assert.equal(asked, 1);
  assert.equal(source.names?.search("tada", 1)[0].char, "🎉");
});

Deno.test("what did not come is asked for by the next who wants it", async () => {
  const source = new EmojiSource("/emoji.json", "en");
  const gone = () => Promise.resolve(new Response("", { status: 503 }));
  const asked = await fetching([gone, () => Promise.reject(new TypeError()), comes], async () => {
    await assert.rejects(source.load(), /503/);
    await assert.rejects(source.load());
    assert.equal(source.names, null);
    await source.load();
  });
  assert.equal(asked, 3);
});
