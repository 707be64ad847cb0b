/** Record types that are told apart here. */
export const types = {
  ...{ A: 1, CNAME: 5, SOA: 6, HINFO: 13, AAAA: 28, DNAME: 39, OPT: 41, SVCB: 64, HTTPS: 65 },
  ...{ TKEY: 249, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255 },
} as const;

/** Response codes. */
export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

/** The one class that there is an internet for. */
export const IN = 1;

/** Bits of the header's second word. */
export const flags = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100, RA: 0x0080, AD: 0x0020, CD: 0x0010 } as const;

/** What we take and give over UDP: no datagram of this size is cut in pieces on the way (DNS flag day 2020). */
export const UDP_SIZE = 1232;
/** Without EDNS. */
export const PLAIN_UDP_SIZE = 512;
/** How long an answer that says "blocked" may be kept. */
export const BLOCK_TTL = 5;
