import type { CausewayApi } from "../causeway-api.ts";
import { machineClasses, type MachineClass } from "../access/rules.ts";
import { plainName } from "../people.ts";
import { listIn, numberIn, textIn } from "../read-json.ts";

/** A registered machine. */
export interface MachineRow {
  readonly id: string;
  readonly name: string;
  readonly class: MachineClass;
  /** The code of its department. */
  readonly department: string;
  readonly addresses: readonly string[];
  /** How many tokens are good at present. */
  readonly tokens: number;
}

/** The registered machines of a department, or all (empty). */
export async function machinesOf(api: CausewayApi, department: string): Promise<readonly MachineRow[]> {
  const answer = await api.get("/directory/machines", department === "" ? {} : { department });
  return listIn(answer, "machines").map((one) => ({
    id: textIn(one, "machine_id"),
    name: plainName(textIn(one, "name")),
    class: machineClasses.find((known) => known === textIn(one, "class")) ?? "internal-desktop",
    department: textIn(one, "department"),
    addresses: listIn(one, "addresses").filter((address) => typeof address === "string"),
    tokens: numberIn(one, "tokens") ?? 0,
  }));
}

/** What can be said of a machine. */
export interface MachineWish {
  readonly name: string;
  readonly department: string;
  readonly addresses: readonly string[];
}

function at(id: string): string {
  return `/directory/machines/${encodeURIComponent(id)}`;
}

/** Registers a machine, as an internal desktop. */
export async function addMachine(api: CausewayApi, wish: MachineWish): Promise<void> {
  await api.post("/directory/machines", wish);
}

/** Changes a machine. */
export async function changeMachine(api: CausewayApi, id: string, wish: MachineWish): Promise<void> {
  await api.put(at(id), wish);
}

/** Says what a machine is (security administrators). */
export async function classifyMachine(api: CausewayApi, id: string, machineClass: MachineClass): Promise<void> {
  await api.put(`${at(id)}/class`, { class: machineClass });
}

/** Takes a machine out of the register; its tokens end. */
export async function retireMachine(api: CausewayApi, id: string): Promise<void> {
  await api.post(`${at(id)}/retire`);
}

/** Makes a token that a machine proves itself with. */
export async function addMachineToken(api: CausewayApi, id: string): Promise<string> {
  return textIn(await api.post(`${at(id)}/tokens`), "token");
}

/** Ends all tokens of a machine. */
export async function revokeMachineTokens(api: CausewayApi, id: string): Promise<void> {
  await api.post(`${at(id)}/tokens/revoke`);
}

/** Addresses as they are written: one a line, or with commas between. */
export function addressesOf(text: string): readonly string[] {
  return text
    .split(/[\s,;，、；]+/)
    .map((one) => one.trim())
    .filter(Boolean);
}
