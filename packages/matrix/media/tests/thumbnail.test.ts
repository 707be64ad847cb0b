import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import sharp, { type Metadata } from "sharp";
import { errorOf, mediaWorld, type World } from "./world.ts";

type Format = "jpeg" | "png" | "gif" | "webp" | "avif";

function picture(width: number, height: number, format: Format, alpha = 1): Promise<Uint8Array> {
  const background = { r: 200, g: 30, b: 30, alpha };
  return sharp({ create: { width, height, channels: alpha < 1 ? 4 : 3, background } })
    .toFormat(format)
    .toBuffer();
}

async function thumbnail(world: World, mxc: string, query: string): Promise<Response> {
  return await world.fetch(`${mxc.replace("mxc://", "/_matrix/client/v1/media/thumbnail/")}?${query}`);
}

async function metadataOf(response: Response): Promise<Metadata> {
  assert.equal(response.status, 200);
  return await sharp(Buffer.from(await response.arrayBuffer())).metadata();
}

for (const engine of engines) {
  test(`a thumbnail is made once, kept, and served inline (${engine})`, async () => {
    await using world = await mediaWorld({ engine });
    const { mxc } = await world.upload(await picture(1000, 500, "jpeg"), "image/jpeg");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => thumbnail(world, mxc, "width=300&height=200&method=scale")),
    );
    for (const answer of answers) {
      assert.equal(answer.headers.get("content-disposition"), 'inline; filename="thumbnail.jpeg"');
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      const { width, height, format } = await metadataOf(answer);
      assert.deepEqual({ width, height, format }, { width: 320, height: 160, format: "jpeg" });
    }
    assert.equal((await world.filesOnDisk()).length, 2);
    assert.deepEqual(await world.verify(), { filesChecked: 2, faults: [] });
  });
}

test("crop keeps the shape that was asked for", async () => {
  await using world = await mediaWorld();
  const { mxc } = await world.upload(await picture(1000, 500, "png"), "image/png");
  const { width, height } = await metadataOf(await thumbnail(world, mxc, "width=64&height=64&method=crop"));
  assert.deepEqual({ width, height }, { width: 96, height: 96 });
});

test("every raster format is read, transparency stays, and places and cameras are left behind", async () => {
  await using world = await mediaWorld();
  for (const format of ["jpeg", "png", "gif", "webp", "avif"] as const) {
    const { mxc } = await world.upload(await picture(400, 400, format), `image/${format}`);
    assert.equal((await metadataOf(await thumbnail(world, mxc, "width=32&height=32&method=crop"))).width, 32, format);
  }
  const clear = await world.upload(await picture(400, 400, "png", 0.5), "image/png");
  assert.equal((await metadataOf(await thumbnail(world, clear.mxc, "width=32&height=32&method=crop"))).format, "png");
  const tagged = await sharp(await picture(400, 200, "jpeg"))
    .withExif({ IFD3: { GPSLatitudeRef: "N" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { mxc } = await world.upload(tagged, "image/jpeg");
  const made = await metadataOf(await thumbnail(world, mxc, "width=320&height=240&method=scale"));
  assert.deepEqual([made.width, made.height, made.exif, made.orientation], [120, 240, undefined, undefined]);
});

test("a picture that is smaller already comes back as it is", async () => {
  await using world = await mediaWorld();
  const original = await picture(20, 20, "png");
  const { mxc } = await world.upload(original, "image/png");
  for (let n = 0; n < 2; n += 1) {
    const answer = await thumbnail(world, mxc, "width=96&height=96&method=crop");
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(original));
  }
  assert.deepEqual((await world.verify()).faults, []);
});

test("a request beyond every size gets the picture in its own size", async () => {
  await using world = await mediaWorld();
  const { mxc } = await world.upload(await picture(3000, 100, "png"), "image/png");
  assert.equal((await metadataOf(await thumbnail(world, mxc, "width=2000&height=2000&method=scale"))).width, 3000);
});

test("a moving picture becomes a still one", async () => {
  await using world = await mediaWorld();
  const frames = await Promise.all(
    ["#000", "#0f0", "#00f"].map((background) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif({ loop: 0, delay: [100, 100, 100] })
    .toBuffer();
  assert.equal((await sharp(gif).metadata()).pages, 3);
  const { mxc } = await world.upload(gif, "image/gif");
  for (const animated of ["", "&animated=false", "&animated=true"]) {
    assert.equal(
      (await metadataOf(await thumbnail(world, mxc, `width=96&height=96&method=crop${animated}`))).pages,
      undefined,
    );
  }
});

test("drawings, documents and things that only claim to be pictures are never decoded", async () => {
  await using world = await mediaWorld();
  const attacks: readonly (readonly [string | Uint8Array, string])[] = [
    ['<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>', "image/svg+xml"],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png"],
    ["%PDF-1.7", "application/pdf"],
    ["II*\0 tiff", "image/tiff"],
    ["text", "text/plain"],
    ["", "image/png"],
  ];
  for (const [content, claimed] of attacks) {
    const { mxc } = await world.upload(content, claimed);
    assert.equal(await errorOf(await thumbnail(world, mxc, "width=32&height=32")), "400 M_UNKNOWN", claimed);
  }
});

test("a broken picture gives an error and not a crash, cut at any place", async () => {
  await using world = await mediaWorld();
  for (const format of ["jpeg", "png", "gif", "webp"] as const) {
    const whole = await picture(400, 400, format);
    for (const length of [12, 40, Math.floor(whole.length / 2)]) {
      const { mxc } = await world.upload(whole.subarray(0, length), `image/${format}`);
      assert.equal(
        await errorOf(await thumbnail(world, mxc, "width=32&height=32&method=crop")),
        "400 M_UNKNOWN",
        `${format} ${length}`,
      );
    }
  }
  assert.deepEqual(world.failures, []);
});

/** A PNG of a few hundred bytes that says it is enormous. */
function bomb(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

test("a small file that says it is enormous is too large, and is not unpacked", async () => {
  await using world = await mediaWorld();
  const { mxc } = await world.upload(bomb(60_000, 60_000), "image/png");
  assert.equal(await errorOf(await thumbnail(world, mxc, "width=32&height=32")), "413 M_TOO_LARGE");
});

test("a file over the limit for thumbnails is too large", async () => {
  await using world = await mediaWorld({ limits: { maxThumbnailSourceBytes: 100 } });
  const { mxc } = await world.upload(await picture(400, 400, "jpeg"), "image/jpeg");
  assert.equal(await errorOf(await thumbnail(world, mxc, "width=32&height=32")), "413 M_TOO_LARGE");
});

test("sizes that are not sizes are refused", async () => {
  await using world = await mediaWorld();
  const { mxc } = await world.upload(await picture(10, 10, "png"), "image/png");
  for (const query of [
    "width=0&height=1",
    "width=-1&height=1",
    "width=1.5&height=1",
    "width=a&height=1",
    "height=1",
    "width=1&height=1&method=stretch",
  ]) {
    assert.equal((await thumbnail(world, mxc, query)).status, 400, query);
  }
});

test("when too many thumbnails wait, the next is asked to come back", async () => {
  await using world = await mediaWorld({ limits: { concurrentThumbnails: 1, maxWaitingThumbnails: 0 } });
  const pictures = await Promise.all(
    [1, 2, 3, 4].map(async (n) => await world.upload(await picture(3000, 2000 + n, "jpeg"), "image/jpeg")),
  );
  const answers = await Promise.all(pictures.map(({ mxc }) => thumbnail(world, mxc, "width=32&height=32&method=crop")));
  const statuses = answers.map((answer) => answer.status);
  assert.ok(statuses.includes(200) && statuses.includes(429), statuses.join(" "));
  for (const { mxc } of pictures)
    assert.equal((await thumbnail(world, mxc, "width=32&height=32&method=crop")).status, 200);
});
