import { decodeText } from "./decode.ts";
import { worryAbout } from "./worry.ts";

/** A long file is looked at here, so that the page stays alive. It is given one file and answers once. */
globalThis.onmessage = (event: MessageEvent<unknown>) => {
  const { data } = event;
  if (data instanceof Blob) void look(data);
};

async function look(file: Blob): Promise<void> {
  const { text, isPlain } = decodeText(await file.arrayBuffer());
  const worry = worryAbout(text);
  const isWhole = isPlain && worry?.isCut !== true;
  globalThis.postMessage(worry === undefined || isWhole ? worry : { ...worry, masked: undefined });
}
