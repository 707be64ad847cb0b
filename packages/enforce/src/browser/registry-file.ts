import { titleOf, type FileInput } from "../endpoint-files/file-input.ts";
import { browserSettings, type Browser, type SettingValue } from "./settings.ts";

const KEYS: Readonly<Record<Browser, string>> = {
  chrome: String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome`,
  edge: String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge`,
};

/** The browser's policy as a file that the Windows registry takes in: UTF-16LE with its mark, lines that end as Windows ends them. */
export function registryFile(input: FileInput, browser: Browser): Uint8Array {
  const root = KEYS[browser];
  const { "3rdparty": _, ...settings } = browserSettings(input, browser);
  const lines = [
    "Windows Registry Editor Version 5.00",
    "",
    `; ${titleOf(input)}`,
    "",
    ...Object.entries(settings).flatMap(([name, value]) => (isList(value) ? listLines(`${root}\\${name}`, value) : [])),
    `[${root}]`,
    ...Object.entries(settings).flatMap(([name, value]) => (isList(value) ? [] : [valueLine(name, value)])),
    "",
    ...guardLines(input, root),
  ];
  return Buffer.from(`\uFEFF${lines.join("\r\n")}`, "utf16le");
}

function isList(value: SettingValue): value is readonly string[] {
  return Array.isArray(value);
}

/** NOTE A list is numbered values under a key. Numbers of a longer list before would stay, so the key goes first. */
function listLines(key: string, values: readonly string[]): readonly string[] {
  return [`[-${key}]`, "", `[${key}]`, ...values.map((value, index) => valueLine(String(index + 1), value)), ""];
}

/** What the guard is told is read from a key of its own. */
function guardLines({ guard, policy }: FileInput, root: string): readonly string[] {
  if (guard === undefined) return [];
  return [
    `[${root}\\3rdparty\\extensions\\${guard.extensionId}\\policy]`,
    valueLine("server", guard.server),
    valueLine("policyVersion", policy.document.version),
    "",
  ];
}

function valueLine(name: string, value: SettingValue): string {
  return `${quoted(name)}=${written(value)}`;
}

function written(value: SettingValue): string {
  if (typeof value === "boolean") return `dword:${value ? "00000001" : "00000000"}`;
  if (typeof value === "number") return `dword:${value.toString(16).padStart(8, "0")}`;
  return quoted(typeof value === "string" ? value : JSON.stringify(value));
}

/** A line end within would end the value, and begin one of its own. */
function quoted(text: string): string {
  return `"${text
    .replaceAll(/[\r\n\0]/g, " ")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')}"`;
}
