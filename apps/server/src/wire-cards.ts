import type { RecordAudit } from "@causeway/audit";
import type { Accounts } from "@causeway/accounts";
import { systemUserOf, type ServerName } from "@causeway/base";
import { createCards, type Cards, type KnownPerson } from "@causeway/cards";
import type { Directory, PersonEntry } from "@causeway/directory";
import type { AllRooms } from "@causeway/matrix-rooms";
import type { Database } from "@causeway/platform";
import { announcing } from "./announcing.ts";
import type { WireOptions } from "./wire-parts.ts";

/** Builds cards: what the server says to people, and what they answer. */
export function wireCards(
  { config, clock }: WireOptions,
  parts: {
    readonly db: Database;
    readonly serverName: ServerName;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly rooms: AllRooms;
    readonly audit: RecordAudit;
    readonly failed: (error: unknown) => void;
  },
): Cards {
  const { accounts, people } = parts;
  return createCards({
    ...{ db: parts.db, clock, rooms: parts.rooms, failed: parts.failed },
    system: systemUserOf(parts.serverName),
    defaultLanguage: config.language,
    utcOffsetMinutes: config.utcOffsetMinutes,
    isActive: (user) => accounts.isActive(user),
    personOf: (user) => {
      const entry = people.entryOf(user);
      return entry === undefined ? undefined : personOf(entry);
    },
    endSession: async (user, session) => {
      const found = (await accounts.devicesOf(user)).find((one) => one.session === session);
      if (found !== undefined) await accounts.sessions.end(user, { devices: [found.device], session });
    },
    ...announcing(people),
    audit: parts.audit,
    chaseEveryMs: config.chaseEveryMs,
  });
}

/** Somebody as cards name them: in Chinese where there is Chinese. */
function personOf({ nameEn, nameZh }: PersonEntry): KnownPerson {
  const chinese = nameZh === "" ? nameEn : nameZh;
  return { name: { en: nameEn === "" ? nameZh : nameEn, "zh-Hant-HK": chinese, "zh-Hans": chinese } };
}
