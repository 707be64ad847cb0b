import type { AdmitParts } from "./admit.ts";
import type { LiveThings } from "./live.ts";
import type { Pool } from "./pool.ts";
import type { Reached } from "./reached.ts";
import type { ProxyLimits, ProxyOptions, RefusalPage } from "./ports.ts";

/** What every connection of a proxy shares. */
export interface ProxyCore extends AdmitParts {
  readonly pool: Pool;
  readonly reached: Reached;
  readonly live: LiveThings;
  readonly limits: ProxyLimits;
  readonly page: RefusalPage;
  readonly tunnels: ProxyOptions["rules"]["tunnels"];
  readonly failed: (error: unknown) => void;
  readonly counts: ProxyCounts;
}

/** What is counted as it happens. */
export interface ProxyCounts {
  tunnels: number;
  requests: number;
  refused: number;
  encryptedHellos: number;
}
