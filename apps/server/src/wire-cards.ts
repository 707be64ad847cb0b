import type { Access } from "@causeway/access";
import type { RecordAudit } from "@causeway/audit";
import type { Accounts } from "@causeway/accounts";
import { systemUserOf, type ServerName } from "@causeway/base";
import { createCards, type Cards, type Texts } from "@causeway/cards";
import type { Directory } from "@causeway/directory";
import type { AllRooms } from "@causeway/matrix-rooms";
import type { Database } from "@causeway/platform";
import { announcing } from "./announcing.ts";
import { custodyParts } from "./custody.ts";
import type { WireOptions } from "./wire-parts.ts";

/** Builds cards: what the server says to people, and what they answer. */
export function wireCards(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly serverName: ServerName;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly rooms: AllRooms;
    readonly access: Access;
    readonly audit: RecordAudit;
    readonly failed: (error: unknown) => void;
  },
): Cards {
  const { config, clock } = options;
  const { accounts, people } = parts;
  const publicUrl = (): string => config.publicUrl ?? options.publicUrl;
  const cards = createCards({
    ...{ db: parts.db, clock, rooms: parts.rooms, failed: parts.failed },
    system: systemUserOf(parts.serverName),
    defaultLanguage: config.language,
    utcOffsetMinutes: config.utcOffsetMinutes,
    isActive: (user) => accounts.isActive(user),
    personOf: (user) => {
      const entry = people.entryOf(user);
      return entry === undefined ? undefined : { name: both(entry.nameEn, entry.nameZh) };
    },
    endSession: async (user, session) => {
      const found = (await accounts.devicesOf(user)).find((one) => one.session === session);
      if (found !== undefined) await accounts.sessions.end(user, { devices: [found.device], session });
    },
    ...announcing(people),
    audit: parts.audit,
    chaseEveryMs: config.chaseEveryMs,
    ...custodyParts(people),
    custodyAudit: parts.audit,
    pageOf: (path) => `${publicUrl().replace(/\/$/, "")}${path}`,
  });
  cards.joinAccess({
    access: parts.access,
    publicUrl,
    departmentName: (unit) => {
      const department = people.successorsOf(unit)[0];
      return department === undefined ? undefined : both(department.nameEn, department.nameZh);
    },
    utcOffsetMinutes: config.utcOffsetMinutes,
  });
  return cards;
}

/** A name in the language of each reader: in Chinese where there is Chinese. */
function both(nameEn: string, nameZh: string): Texts {
  const chinese = nameZh === "" ? nameEn : nameZh;
  return { en: nameEn === "" ? nameZh : nameEn, "zh-Hant-HK": chinese, "zh-Hans": chinese };
}
