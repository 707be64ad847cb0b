export { askUntilObeyed, type ProbeWish } from "./ask-until.ts";
export { askResolver, type DnsFound, type DnsProbe } from "./dns-probe.ts";
export { probeAddress } from "./probe-address.ts";
export { alwaysBlocked, probeNames, type NameProbe } from "./name-probes.ts";
export { proveObeyed, type Obeyed, type Proving } from "./prove.ts";
export { askProxy, type ProxyProbe } from "./proxy-probe.ts";
