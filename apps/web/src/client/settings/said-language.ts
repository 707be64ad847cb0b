import type { MatrixClient } from "matrix-js-sdk";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";

/** The account data in which the server reads the language to write in (docs/cards.md). */
const LANGUAGE = "org.causeway.language";

/**
 * Tells the server in which language somebody reads: the first device that knows says it, and afterwards only a change does, so that
 * two devices in two languages do not take turns.
 */
export async function sayLanguage(
  client: MatrixClient,
  locale: string,
  how: { readonly isChange: boolean },
): Promise<void> {
  const path = `/user/${encodeURIComponent(client.getSafeUserId())}/account_data/${LANGUAGE}`;
  const said = client.store.getAccountData(LANGUAGE)?.getContent()["language"];
  if (said === locale || (said !== undefined && !how.isChange)) return;
  await client.http.authedRequest(Method.Put, path, {}, { language: locale });
}
