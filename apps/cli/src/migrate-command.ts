import { DataDirectoryInUse, openDatabase } from "@causeway/platform";
import { exit, type Command } from "./command.ts";
import { allMigrations } from "./migrations.ts";
import { takeDirectory } from "./perform.ts";

/** `migrate`: brings the tables up to this version, as a start of the server would. */
export const migrateCommand: Command = {
  usage: "",
  about: "Brings the database's tables up to this version. The server must be stopped (it does the same at its start).",
  flags: {},
  words: { least: 0, most: 0 },
  run: async (context) => {
    const { config } = context;
    try {
      const directory = takeDirectory(context);
      try {
        const applied: string[] = [];
        await using _db = await openDatabase({
          location: config.databaseUrl ?? directory.database,
          migrations: allMigrations,
          migrated: (name) => applied.push(name),
        });
        for (const name of applied) context.say(`applied ${name}`);
        context.say(
          applied.length === 0
            ? "Nothing to do: the tables are of this version."
            : "The tables are of this version now.",
        );
      } finally {
        directory.release();
      }
      return exit.done;
    } catch (error) {
      if (!(error instanceof DataDirectoryInUse)) throw error;
      context.complain(`${error.message}: tables change only while nothing else uses them`);
      return exit.failed;
    }
  },
};
