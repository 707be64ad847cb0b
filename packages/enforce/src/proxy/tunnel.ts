import { normalHost } from "@causeway/policy";
import type { Instant } from "@causeway/base";
import type { Socket } from "node:net";
import type { Claim } from "../embedded/judge.ts";
import type { Admission } from "./admit.ts";
import { readOpening, type Opening } from "./client-hello.ts";
import type { ProxyCore } from "./core.ts";
import type { Dial } from "./dial.ts";
import { endOfHead, isHopeless, listOf, readHead, valuesOf, MAX_HEAD_BYTES } from "./head.ts";
import { earlier, type LiveThing } from "./live.ts";
import { Relay } from "./relay.ts";
import { readAuthority } from "./target.ts";

const NOTHING = Buffer.alloc(0);

/** What a tunnel is made from. */
export interface TunnelParts {
  readonly core: ProxyCore;
  readonly client: Socket;
  /** The site's connection; or what makes it, once what the client says first has been decided on. */
  readonly upstream: Socket | Dial;
  readonly admission: Admission;
  /** The name, or address, that was asked for. */
  readonly host: string;
  readonly passed: () => void;
}

/**
 * A tunnel: bytes both ways, nothing decrypted. What the client says first is read, and the name in it is decided on as well: whoever
 * asks for one host and speaks to another is cut. It is open as long as all that was decided stays so.
 */
export class Tunnel implements LiveThing {
  readonly claim: Claim;
  readonly proof: string | undefined;
  readonly hosts: string[];
  ends: Instant | undefined;
  #parts: TunnelParts;
  #first: Buffer = NOTHING;
  #upstream: Socket | undefined;
  #giveUp: (() => void) | undefined;
  #relay: Relay | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
    const { admission, core, upstream } = parts;
    this.#upstream = typeof upstream === "function" ? undefined : upstream;
    this.claim = admission.claim;
    this.proof = admission.proof;
    this.hosts = admission.isOwn ? [] : [parts.host];
    this.ends = admission.ends;
    core.counts.tunnels += 1;
    core.live.add(this);
  }

  /** Begins with a tunnel whose opening is looked at; `early` has come already. */
  inspect(early: Buffer): void {
    const { core, client, admission } = this.#parts;
    client.once("close", this.#onClose);
    this.#upstream?.once("close", this.#onClose);
    if (core.tunnels === "any" || admission.isOwn) {
      this.relay(early, NOTHING);
      return;
    }
    this.#upstream?.pause();
    this.#timer = setTimeout(() => this.cut(), core.limits.headMs);
    client.once("end", this.#onClose);
    client.on("data", this.#onFirst);
    // Before what has come already is looked at: it may be all, and then nothing more is read until the site is connected to.
    client.resume();
    if (early.length > 0) this.#onFirst(early);
  }

  /** Joins both sides; what each has said already goes first. */
  relay(fromClient: Buffer, fromUpstream: Buffer): void {
    const { client, admission, passed } = this.#parts;
    const upstream = this.#upstream;
    if (upstream === undefined) throw new Error("a tunnel was joined to nothing");
    this.#heardEnough();
    client.removeListener("close", this.#onClose);
    upstream.removeListener("close", this.#onClose);
    if (fromClient.length > 0) upstream.write(fromClient);
    if (fromUpstream.length > 0) client.write(fromUpstream);
    const bytesUp = admission.bytesUp === undefined ? undefined : admission.bytesUp - fromClient.length;
    this.#relay = new Relay({ client, upstream, bytesUp, passed, ended: () => this.#end() });
  }

  /** What was said first has been decided on: it goes to the site, which is connected to now where it was not before. */
  #goOn(): void {
    const { client, upstream } = this.#parts;
    if (typeof upstream !== "function") {
      this.relay(this.#first, NOTHING);
      return;
    }
    client.pause();
    this.#heardEnough();
    this.#giveUp = upstream((socket) => {
      this.#giveUp = undefined;
      if (typeof socket === "string") {
        this.cut();
        return;
      }
      this.#upstream = socket;
      if (this.#isOver) socket.destroy();
      else this.relay(this.#first, NOTHING);
    });
  }

  #heardEnough(): void {
    clearTimeout(this.#timer);
    this.#parts.client.removeListener("data", this.#onFirst);
    this.#parts.client.removeListener("end", this.#onClose);
  }

  cut(): void {
    if (this.#relay !== undefined) {
      this.#relay.end();
      return;
    }
    this.#end();
  }

  readonly #onClose = (): void => this.cut();

  readonly #onFirst = (bytes: Buffer): void => {
    this.#parts.passed();
    this.#first = this.#first.length === 0 ? bytes : Buffer.concat([this.#first, bytes]);
    const opening = readOpening(this.#first);
    if (opening.kind === "more") return;
    if (this.#mayOpen(opening)) {
      if (!this.#isOver && opening.kind !== "http") this.#goOn();
    } else this.cut();
  };

  #mayOpen(opening: Opening): boolean {
    if (opening.kind === "http") return this.#mayOpenPlain();
    if (opening.kind !== "tls") return false;
    const { serverName, hasEncryptedHello } = opening;
    if (serverName === undefined) return true;
    const host = normalHost(serverName)?.host;
    if (host === undefined) return false;
    if (host === this.#parts.host) return true;
    // NOTE With an encrypted hello the name outside is the provider's; the name that was asked for is the one that counts.
    if (hasEncryptedHello) this.#parts.core.counts.encryptedHellos += 1;
    return this.#decideToo(host);
  }

  /** A WebSocket without TLS comes through a tunnel as well; other plain requests belong outside of one, where each is decided. */
  #mayOpenPlain(): boolean {
    const end = endOfHead(this.#first);
    if (end < 0) return !isHopeless(this.#first) && this.#first.length <= MAX_HEAD_BYTES;
    const head = readHead(this.#first, end);
    if (head === undefined || !listOf(head, "upgrade").includes("websocket")) return false;
    const [host = "", ...more] = valuesOf(head, "host");
    const place = readAuthority(host, 80);
    if (place === undefined || more.length > 0 || !/^GET \/\S* HTTP\/1\.1$/.test(head.first)) return false;
    if (place.host.host !== this.#parts.host && !this.#decideToo(place.host.host)) return false;
    this.#goOn();
    return true;
  }

  #decideToo(host: string): boolean {
    const { core } = this.#parts;
    const verdict = core.judge.judge(this.claim, host);
    if (verdict === undefined) return false;
    const who = core.judge.whoIs(this.claim);
    if (who !== undefined) core.count(who.machine, verdict);
    if (!verdict.allowed) {
      core.counts.refused += 1;
      return false;
    }
    this.hosts.push(host);
    core.live.remove(this);
    this.ends = earlier(this.ends, verdict);
    core.live.add(this);
    return true;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const { core, client } = this.#parts;
    core.live.remove(this);
    core.counts.tunnels -= 1;
    this.#giveUp?.();
    client.destroy();
    this.#upstream?.destroy();
  }
}
