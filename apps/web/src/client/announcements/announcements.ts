import { announcementView, type AnnouncementView } from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, numberIn, textIn } from "../read-json.ts";

export type { AnnouncementView } from "@causeway/contract";

const BASE = "/announcements";

/** Which announcements: those that are addressed to oneself, or those that one has sent. */
export type AnnouncementList = "to-me" | "sent";

/** A page of announcements, the newest first. */
export interface AnnouncementPage {
  readonly announcements: readonly AnnouncementView[];
  /** How many one has yet to note. */
  readonly unnoted: number;
  readonly next: string | undefined;
}

/** A page of announcements. */
export async function announcementsOf(
  api: CausewayApi,
  list: AnnouncementList,
  page: { readonly from?: string | undefined; readonly limit?: number } = {},
): Promise<AnnouncementPage> {
  const { from, limit = 30 } = page;
  const answer = await api.get(BASE, { list, limit: String(limit), ...(from === undefined ? {} : { from }) });
  return {
    announcements: listIn(answer, "announcements").map((one) => announcementView.parse(one)),
    unnoted: numberIn(answer, "unnoted") ?? 0,
    next: textIn(answer, "next") || undefined,
  };
}

/** One announcement; with its progress for those who answer for it. */
export async function announcementOf(api: CausewayApi, id: string): Promise<AnnouncementView> {
  return announcementView.parse(await api.get(`${BASE}/${encodeURIComponent(id)}`));
}

/** Announces something, as the contract's `announcementInput` has it. */
export async function announce(api: CausewayApi, wish: Readonly<Record<string, unknown>>): Promise<AnnouncementView> {
  return announcementView.parse(await api.post(BASE, wish));
}

/** What is done with an announcement: noting it, reminding those who have not, taking it back. */
export type AnnouncementAct = "ack" | "chase" | "withdraw";

/** Does something with an announcement. */
export async function actOnAnnouncement(api: CausewayApi, id: string, act: AnnouncementAct): Promise<AnnouncementView> {
  return announcementView.parse(await api.post(`${BASE}/${encodeURIComponent(id)}/${act}`));
}
