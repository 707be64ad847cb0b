import { annotatedDefault } from "@causeway/platform";
import { exit, type Command } from "./command.ts";

/** `config`: every key with its default and what it is for. */
export const configCommand: Command = {
  usage: "[--check]",
  about:
    "Prints the configuration's file with every key at its default. With --check: looks for faults in the present one.",
  flags: { check: { type: "boolean" } },
  words: { least: 0, most: 0 },
  run: (context) => {
    // By now the configuration has been read: with a fault in it nothing would have come this far.
    context.say(context.values["check"] === true ? "The configuration has no faults." : annotatedDefault().trimEnd());
    return Promise.resolve(exit.done);
  },
};
