import { ClientEvent, HttpApiEvent, type MatrixClient } from "matrix-js-sdk";
import { CausewayApi } from "./causeway-api.ts";
import { ConnectionModel } from "./connection.ts";
import { CustodyModel } from "./custody/custody.ts";
import { RecoveryModel } from "./custody/recovery.ts";
import { CustodySecrets } from "./custody/secrets.ts";
import { keepNotes } from "./keep-notes.ts";
import { AdmissionModel } from "./encryption/admission.ts";
import { EncryptionModel } from "./encryption/encryption.ts";
import { readLateKeys } from "./encryption/late-keys.ts";
import { PasskeyKey } from "./encryption/passkey-key.ts";
import { keysSaved } from "./encryption/saved-keys.ts";
import { Media } from "./media/media.ts";
import { Uploads } from "./media/uploads.ts";
import { UploadShelf } from "./media/upload-shelf.ts";
import { DelayedApi } from "./later/delayed-api.ts";
import { LaterModel } from "./later/later.ts";
import { GuardLink } from "./guard-link.ts";
import { openClient, type OpenClient } from "./matrix/start.ts";
import { openNotify, type Notify } from "./notify/notify.ts";
import { Outbox } from "./outbox.ts";
import type { PasskeyUnlock } from "./passkeys/sealing.ts";
import type { Preferences } from "./preferences.ts";
import { roomModels, type RoomModels } from "./room-models.ts";
import { RoomListModel } from "./rooms/room-list.ts";
import { Indexer } from "./search/indexer.ts";
import { MessageIndex } from "./search/message-index.ts";
import { SearchModel } from "./search/search.ts";
import { keptInClear, takeOverFromBefore } from "./store/before-notes.ts";
import type { Notes } from "./store/notes.ts";
import type { Session, Shelf } from "./session/session.ts";
import { countThreads } from "./threads/thread-counts.ts";
import type { ViewModel } from "./view-model.ts";

/** Everything that somebody who is signed in works with. One place builds it; views get it from `useWorkspace()`. */
export interface Workspace {
  readonly client: MatrixClient;
  readonly session: Session;
  /** What somebody wrote and did not send yet; whether all of it is kept. */
  readonly notes: Notes;
  /** `fetch` as this person, for what the SDK does not do: the Causeway API, media. The token is renewed when it runs out. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** The Causeway API with this session. */
  readonly api: CausewayApi;
  readonly rooms: RoomListModel;
  readonly encryption: EncryptionModel;
  readonly admission: AdmissionModel;
  /** One's department's custodians, and one's shares with them. */
  readonly custody: CustodyModel;
  /** Getting one's key back from them on this device. */
  readonly recovery: RecoveryModel;
  readonly connection: ConnectionModel;
  readonly outbox: Outbox;
  readonly media: Media;
  readonly uploads: Uploads;
  readonly search: SearchModel;
  /** What is told of what is new, and how. */
  readonly notify: Notify;
  /** Messages that are sent later. */
  readonly later: LaterModel;
  /** The view models of one room; made once, and kept while the workspace lives. */
  readonly room: (roomId: string) => RoomModels;
  /** Waits until nothing is on this device alone; for a while at most. */
  keysSaved(): Promise<void>;
  /** Asks the server for nothing more; before the session ends, so that nothing is refused for it. */
  halt(): void;
  /** Stops, and keeps what there is. */
  stop(): void;
  /** Stops, and deletes what this device kept. */
  forget(): Promise<void>;
}

/** Opens the account on this device and begins to sync; resolves when there is something to show. */
export async function openWorkspace(
  session: Session,
  options: {
    readonly server: string;
    readonly shelf: Shelf;
    readonly preferences: ViewModel<Preferences>;
    /** Of the passkey that one has signed in with. */
    readonly unlock?: PasskeyUnlock | undefined;
    readonly ended: () => void;
    readonly tokensChanged: (session: Session) => void;
  },
): Promise<Workspace> {
  const opened = await openClient(options.server, session, options);
  const { client } = opened;
  client.on(HttpApiEvent.SessionLoggedOut, options.ended);
  const { notes } = opened;
  const keeping = keepNotes(client, notes, opened.setManaged);
  const workspace = buildWorkspace(opened, session, { ...options, stopKeeping: keeping.stop });
  await opened.start();
  await firstSync(client);
  keeping.look();
  if (keptInClear(options.shelf).length > 0) {
    // Only once it is known what may be kept here; without a network the next start does it.
    const taken = keeping.ask().then(() => takeOverFromBefore(options.shelf, notes, session.userId));
    await taken.catch(() => undefined);
  }
  void workspace.encryption.setUp();
  void workspace.notify.webPush.keepUp().catch(() => undefined);
  return workspace;
}

function buildWorkspace(
  opened: OpenClient,
  session: Session,
  parts: {
    readonly shelf: Shelf;
    readonly preferences: ViewModel<Preferences>;
    readonly unlock?: PasskeyUnlock | undefined;
    readonly stopKeeping: () => void;
  },
): Workspace {
  const { client, notes } = opened;
  const stops = [readLateKeys(client), countThreads(client), parts.stopKeeping];
  const stopFollowing = (): void => {
    later.stop();
    for (const stop of stops) stop();
  };
  const api = new CausewayApi(client);
  const encryption = new EncryptionModel(client, opened.keys, new PasskeyKey(api, session.userId, parts.unlock));
  const outbox = new Outbox(client, notes);
  const later = new LaterModel({ client, api: new DelayedApi(client.baseUrl, opened.tokens.fetch), notes, outbox });
  const media = new Media(client);
  const uploads = openUploads(opened, session, outbox);
  const messages = keepIndex(opened);
  const custodians = openCustody(opened, api, encryption);
  const notify = openNotify({ ...parts, client, api });
  const guard = new GuardLink(api);
  guard.start();
  return {
    client,
    session,
    notes,
    fetch: opened.tokens.fetch,
    api,
    rooms: new RoomListModel(client),
    encryption,
    admission: new AdmissionModel(client, opened.keys, encryption),
    custody: custodians.custody,
    recovery: custodians.recovery,
    connection: new ConnectionModel(client),
    outbox,
    media,
    uploads,
    later,
    search: new SearchModel(client, messages.index),
    notify,
    room: roomModels({ client, notes, outbox, uploads, later }),
    keysSaved: () => keysSaved(client),
    halt: () => {
      later.stop();
      guard.stop();
      notify.stop();
      custodians.stop();
      messages.halt();
      client.stopClient();
    },
    stop: () => {
      stopFollowing();
      notify.stop();
      guard.stop();
      custodians.stop();
      messages.stop();
      client.stopClient();
      void notes.close();
      void client.store.destroy();
    },
    forget: async () => {
      stopFollowing();
      void guard.forget();
      custodians.stop();
      // First of all it stops: what is still asked would be refused by then.
      messages.halt();
      await notify.forget();
      await opened.forget();
      await messages.forget();
      media.forget();
      await uploads.forget();
    },
  };
}

function openCustody(
  { client, keys }: OpenClient,
  api: CausewayApi,
  encryption: EncryptionModel,
): { readonly custody: CustodyModel; readonly recovery: RecoveryModel; stop(): void } {
  const of = { userId: client.getSafeUserId(), secrets: new CustodySecrets(client, keys), encryption };
  const custody = new CustodyModel(api, of);
  const recovery = new RecoveryModel(api, { ...of, admitted: () => custody.renew() });
  return {
    custody,
    recovery,
    stop: () => {
      custody.stop();
      recovery.stop();
    },
  };
}

function openUploads({ client, notes }: OpenClient, session: Session, outbox: Outbox): Uploads {
  return new Uploads(client, {
    outbox,
    shelf: UploadShelf.open(`causeway-${session.userId}-${session.deviceId}`),
    keeps: (roomId) => notes.keeps(roomId),
  });
}

/** The words of encrypted rooms on this device. Without space for them everything else works as it is. */
function keepIndex(account: OpenClient): {
  readonly index: Promise<MessageIndex | undefined>;
  /** Asks for nothing more. */
  halt(): void;
  stop(): void;
  forget(): Promise<void>;
} {
  let indexer: Indexer | undefined;
  let isOver = false;
  const { client } = account;
  const index = account
    .openIndex()
    .then((db) => MessageIndex.open(db))
    .catch(() => undefined);
  void Promise.all([index, firstSync(client)]).then(([opened]) => {
    if (opened !== undefined && !isOver) indexer = new Indexer(client, opened, account.fetchHistory);
  });
  const halt = (): void => {
    isOver = true;
    indexer?.stop();
  };
  return {
    index,
    halt,
    stop: () => {
      halt();
      void index.then((opened) => opened?.close());
    },
    forget: async () => {
      halt();
      await (await index)?.destroy();
    },
  };
}

/** The first sync after a start; what the store kept counts, so that a later start needs no network. */
function firstSync(client: MatrixClient): Promise<void> {
  if (client.isInitialSyncComplete()) return Promise.resolve();
  return new Promise((resolve) => {
    const look = (): void => {
      if (!client.isInitialSyncComplete() && client.getRooms().length === 0) return;
      client.off(ClientEvent.Sync, look);
      resolve();
    };
    client.on(ClientEvent.Sync, look);
  });
}
