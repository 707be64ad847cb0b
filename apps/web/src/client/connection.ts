import { ClientEvent, SyncState, type MatrixClient } from "matrix-js-sdk";
import { Model } from "./view-model.ts";

/** Whether the server hears us. */
export type Connection = "connecting" | "online" | "offline";

/** Follows the sync: offline when the server has not answered. */
export class ConnectionModel extends Model<Connection> {
  constructor(client: MatrixClient) {
    super("connecting");
    client.on(ClientEvent.Sync, (state) => this.set(connectionOf(state)));
    globalThis.addEventListener("offline", () => this.set("offline"));
    globalThis.addEventListener("online", () => client.retryImmediately());
  }
}

function connectionOf(state: SyncState): Connection {
  switch (state) {
    case SyncState.Error:
    case SyncState.Reconnecting:
    case SyncState.Stopped:
      return "offline";
    case SyncState.Catchup:
      return "connecting";
    default:
      return "online";
  }
}
