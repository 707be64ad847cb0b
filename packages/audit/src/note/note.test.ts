import assert from "node:assert/strict";
import { generateKeyPairSync, hash, randomBytes, sign, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { isKeyName, parsePrivateKey, parseVkey, privateKeyLine, signerOf, type Verifier } from "./keys.ts";
import { openNote, parseNote, signNote } from "./note.ts";

/** The example of C2SP signed-note. */
const VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

function known(vkey: string): Verifier {
  return parseVkey(vkey) ?? assert.fail("no key");
}

test("the specification's example is believed under its key, and not when one byte is another", () => {
  const opened = openNote(NOTE, [known(VKEY)]);
  assert.ok(typeof opened !== "string");
  assert.equal(opened.text, "This is an example message.\n");
  for (let at = 0; at < NOTE.length; at += 1) {
    const changed = `${NOTE.slice(0, at)}${NOTE[at] === "x" ? "y" : "x"}${NOTE.slice(at + 1)}`;
    assert.equal(typeof openNote(changed, [known(VKEY)]), "string", `byte ${at}`);
  }
});

test("a public key with another name, id or length is none", () => {
  for (const vkey of [
    VKEY.replace("foo", "fou"),
    VKEY.replace("530d903a", "530d903b"),
    VKEY.slice(0, -4),
    VKEY.replace("+Aek", "+Cek"),
    `${VKEY}=`,
    "",
    "a+b",
    VKEY.replace("example.com", "exam ple.com"),
  ])
    assert.equal(parseVkey(vkey), undefined, vkey);
});

test("signatures of unknown keys are passed over, a bad one of a known key condemns the note", () => {
  const [one, other] = [signerOf("one", randomBytes(32)), signerOf("other", randomBytes(32))];
  const text = "text\n\nwith an empty line\n";
  const signed = signNote(text, one);
  const line = signNote(text, other).split("\n\n").at(-1) ?? "";
  const both = signed + line;
  const opened = openNote(both, [one]);
  assert.ok(typeof opened !== "string");
  assert.deepEqual([opened.text, opened.signed.map(({ by }) => by.name)], [text, ["one"]]);
  const bad = signed + signNote("another text\n", other).split("\n\n").at(-1);
  assert.ok(typeof openNote(bad, [one]) !== "string");
  assert.equal(openNote(bad, [one, other]), "bad-signature");
  assert.equal(openNote(both, [signerOf("one", randomBytes(32))]), "unsigned");
});

test("what is no note is none", () => {
  const signer = signerOf("one", randomBytes(32));
  const good = signNote("text\n", signer);
  const line = good.split("\n\n")[1] ?? "";
  for (const note of [
    "",
    "text\n",
    "text\n\n",
    good.trimEnd(),
    good.replace("— ", "- "),
    good.replace("text", "te\txt"),
    good.replace("text", "te\rxt"),
    good.replace("text", "te\ud800xt"),
    `${good}\n`,
    `text\n\n${line.repeat(101)}`,
    good.replace(" one ", " o+ne "),
  ])
    assert.equal(parseNote(note), undefined, JSON.stringify(note.slice(0, 40)));
  assert.ok(parseNote(`text\n\n${line.repeat(16)}`) !== undefined);
  assert.ok(isKeyName("localhost/tlog") && !isKeyName("a b") && !isKeyName("a+b") && !isKeyName("a\u3000b"));
});

test("a private key is read as it was written, and the same checkpoint always has the same signature", () => {
  const seed = randomBytes(32);
  const signer = signerOf("localhost/tlog", seed);
  const read = parsePrivateKey(privateKeyLine(signer, seed)) ?? assert.fail();
  assert.equal(read.vkey, signer.vkey);
  const tree = { size: 5, root: "\x01".repeat(32) };
  assert.equal(signCheckpoint(tree, read), signCheckpoint(tree, signer));
  assert.equal(parsePrivateKey("PRIVATE+KEY+x+00000000+AAAA"), undefined);
});

test("a checkpoint has a name, a size and a root, in their one form", () => {
  const root = Buffer.alloc(32, 7).toString("base64");
  assert.deepEqual(parseCheckpoint(`log\n5\n${root}\n`), { origin: "log", size: 5, root: "\x07".repeat(32) });
  assert.ok(parseCheckpoint(`log\n5\n${root}\nan extension\n`) !== undefined);
  for (const text of [
    `log\n05\n${root}\n`,
    `log\n-5\n${root}\n`,
    `log\n5\n${root}`,
    `log\n5\n${root.slice(4)}\n`,
    `\n5\n${root}\n`,
    `log\n5\n${root}\n\n`,
    `log\n9007199254740993\n${root}\n`,
    `log\n5\n`,
  ])
    assert.equal(parseCheckpoint(text), undefined, text);
});

/** A witness that is none of ours: it makes its line by the words of C2SP tlog-cosignature. */
function witnessLine(
  of: { readonly name: string; readonly type: number; readonly raw: Uint8Array; readonly key: KeyObject },
  message: Uint8Array,
  seconds: bigint,
): { readonly line: string; readonly vkey: string } {
  const typed = Buffer.concat([Buffer.of(of.type), of.raw]);
  const id = hash("sha256", Buffer.concat([Buffer.from(`${of.name}\n`), typed]), "buffer").subarray(0, 4);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(seconds);
  const signature = Buffer.concat([id, time, sign(null, message, of.key)]).toString("base64");
  return {
    line: `— ${of.name} ${signature}\n`,
    vkey: `${of.name}+${id.toString("hex")}+${typed.toString("base64")}`,
  };
}

test("a witness's signature with its time is checked, of either kind, and not at another time or of another tree", () => {
  const signer = signerOf("localhost/tlog", randomBytes(32));
  const checkpoint = signCheckpoint({ size: 3, root: "\x03".repeat(32) }, signer);
  const text = `${checkpoint.split("\n\n")[0]}\n`;
  const ed = generateKeyPairSync("ed25519");
  const raw = Buffer.from(ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const message = Buffer.from(`cosignature/v1\ntime 1679315147\n${text}`);
  const old = witnessLine({ name: "w.example/1", type: 4, raw, key: ed.privateKey }, message, 1_679_315_147n);
  const opened = openNote(checkpoint + old.line, [signer, known(old.vkey)]);
  assert.ok(typeof opened !== "string");
  assert.deepEqual(
    opened.signed.map(({ by, seconds }) => [by.kind, seconds]),
    [
      ["note", undefined],
      ["cosignature", 1_679_315_147],
    ],
  );
  const later = witnessLine({ name: "w.example/1", type: 4, raw, key: ed.privateKey }, message, 1_679_315_148n);
  assert.equal(openNote(checkpoint + later.line, [signer, known(old.vkey)]), "bad-signature");
  const grown = signCheckpoint({ size: 4, root: "\x04".repeat(32) }, signer);
  assert.equal(openNote(grown + old.line, [signer, known(old.vkey)]), "bad-signature");
  const ml = generateKeyPairSync("ml-dsa-44");
  const mlRaw = ml.publicKey.export({ format: "der", type: "spki" }).subarray(-1312);
  const u64 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  };
  const statement = Buffer.concat([
    Buffer.from("subtree/v1\n\0"),
    Buffer.of(11),
    Buffer.from("w.example/2"),
    u64(1_700_000_000n),
    Buffer.of(14),
    Buffer.from("localhost/tlog"),
    u64(0n),
    u64(3n),
    Buffer.alloc(32, 3),
  ]);
  const young = witnessLine(
    { name: "w.example/2", type: 6, raw: mlRaw, key: ml.privateKey },
    statement,
    1_700_000_000n,
  );
  const both = openNote(checkpoint + old.line + young.line, [signer, known(old.vkey), known(young.vkey)]);
  assert.ok(typeof both !== "string");
  assert.equal(both.signed.length, 3);
  assert.equal(openNote(grown + young.line, [signer, known(young.vkey)]), "bad-signature");
});
