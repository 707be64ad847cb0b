import { benchFile, outputOf } from "./processes.ts";
import type { BenchPart } from "./parts.ts";

/** The web client in a browser: how a long room opens and scrolls, how many rooms start, and whether memory stays flat. */
export const webPart: BenchPart = {
  name: "web",
  run: async ({ isQuick }) => {
    const args = [benchFile("./web/measure.ts"), ...(isQuick ? ["--quick"] : [])];
    const said = await outputOf(process.execPath, args);
    const { text, ...line } = Object(JSON.parse(said.trim().split("\n").at(-1) ?? ""));
    return { text: String(text), line };
  },
};
