import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { textOf, type Context } from "./command.ts";

/** A password could not be had. */
export class PasswordError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PasswordError";
  }
}

/**
 * A new password: the first line of `--password-file` or of standard input, or typed twice at a terminal without being shown. Never
 * from the command line, which every user of the machine can read.
 */
export async function newPassword(context: Context): Promise<string> {
  const file = textOf(context, "password-file");
  if (file !== undefined) return firstLine(readFileSync(file, "utf8"), file);
  if (!process.stdin.isTTY) return firstLine(await restOfInput(), "standard input");
  const typed = await typeHidden("Password: ");
  if (typed !== (await typeHidden("Once more: "))) throw new PasswordError("the two passwords differ");
  return typed;
}

function firstLine(text: string, from: string): string {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  if (line === "") throw new PasswordError(`there is no password in ${from}: it is the first line`);
  return line;
}

async function restOfInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

async function typeHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
