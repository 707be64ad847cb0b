/** The versions of the client-server API whose ground is covered (client-server API, "API standards"). */
export const SPEC_VERSIONS: readonly string[] = [
  "r0.6.1",
  ...Array.from({ length: 15 }, (_, index) => `v1.${index + 1}`),
];

/** Proposals that clients ask for by their unstable names and that work here. Add to it with the endpoint that makes it true. */
export const UNSTABLE_FEATURES: Readonly<Record<string, true>> = {
  "org.matrix.e2e_cross_signing": true,
  "org.matrix.msc3440.stable": true,
  "org.matrix.msc3771": true,
  "org.matrix.msc3773": true,
  "org.matrix.msc3814": true,
  "org.matrix.msc4140": true,
  "org.matrix.msc4222": true,
};

/** Room versions that rooms here can have. */
export const ROOM_VERSIONS: readonly string[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
