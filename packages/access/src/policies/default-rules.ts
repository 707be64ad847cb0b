import type { PolicyContent, RuleOfEdition } from "@causeway/contract";

/** The three kinds of service that need authorisation, and file transfer, which is storage by another name (the glossary). */
const BLOCKED = [
  ["webmail", "OS-1"],
  ["cloud-storage", "OS-2"],
  ["messaging", "OS-3"],
  ["file-transfer", "OS-4"],
] as const;

/** The rules that a new installation begins with: designated machines and personal devices are open, ways around the resolver are closed on both kinds of office machines. */
export function defaultRules(): PolicyContent {
  const kinds = BLOCKED.map(([category, clause]): RuleOfEdition => ({
    id: category,
    category,
    machineClass: "internal-desktop",
    effect: "blocked",
    clause,
  }));
  const resolvers = (["internal-desktop", "designated-machine"] as const).map((machineClass): RuleOfEdition => ({
    id: `resolver-${machineClass === "internal-desktop" ? "desktop" : "designated"}`,
    ...{ category: "resolver", machineClass, effect: "blocked", clause: "OS-5" },
  }));
  return {
    rules: [...kinds, ...resolvers],
    observe: { everywhere: false, departments: [] },
    addressesAllowedOn: ["designated-machine", "personal-device"],
  };
}
