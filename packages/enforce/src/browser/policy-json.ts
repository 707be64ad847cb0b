import type { FileInput } from "../endpoint-files/file-input.ts";
import { browserSettings, type Browser } from "./settings.ts";

/** The file that a browser on Linux reads from its folder of managed policies. */
export function policyJson(input: FileInput, browser: Browser): string {
  return `${JSON.stringify(browserSettings(input, browser), null, 2)}\n`;
}
