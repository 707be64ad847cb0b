import { escapeXml } from "./xml.ts";

/** A value of a property list. */
export type PlistValue = boolean | number | string | readonly PlistValue[] | { readonly [name: string]: PlistValue };

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n';

/** Writes a property list. */
export function writePlist(value: PlistValue): string {
  return `${HEAD}<plist version="1.0">\n${written(value, "")}</plist>\n`;
}

function written(value: PlistValue, indent: string): string {
  if (typeof value === "boolean") return `${indent}<${value}/>\n`;
  if (typeof value === "number") return `${indent}<integer>${Math.trunc(value)}</integer>\n`;
  if (typeof value === "string") return `${indent}<string>${escapeXml(value)}</string>\n`;
  const inner = `${indent}\t`;
  if (isArray(value)) return `${indent}<array>\n${value.map((one) => written(one, inner)).join("")}${indent}</array>\n`;
  const members = Object.entries(value).map(
    ([key, one]) => `${inner}<key>${escapeXml(key)}</key>\n${written(one, inner)}`,
  );
  return `${indent}<dict>\n${members.join("")}${indent}</dict>\n`;
}

function isArray(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}
