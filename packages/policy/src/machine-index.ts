import { ByteIndexBuilder, findText, sharedBytes, sharedNumbers, textAt, type ByteIndex } from "./byte-index.ts";
import { policyMachineClasses, type PolicyMachine } from "./document.ts";
import type { MachineSeen } from "./question.ts";

/** Registered machines, by their addresses. */
export interface MachineIndex {
  readonly addresses: ByteIndex;
  /** By address: the number of its machine. */
  readonly owners: Uint32Array;
  readonly ids: ByteIndex;
  readonly classes: Uint8Array;
  /** By machine: a place in `departmentsKnown` plus one, or 0. */
  readonly departments: Uint32Array;
  readonly departmentsKnown: readonly string[];
}

/** Packs machines. Of two with the same address the first has it. */
export function indexMachines(machines: readonly PolicyMachine[]): MachineIndex {
  const ids = new ByteIndexBuilder();
  const addresses = new ByteIndexBuilder();
  const departments = new Map<string, number>();
  const columns = { classes: sharedBytes(machines.length), departments: sharedNumbers(machines.length) };
  const owners: number[] = [];
  for (const [place, machine] of machines.entries()) {
    ids.add(machine.id);
    columns.classes[place] = policyMachineClasses.indexOf(machine.class);
    if (machine.department !== undefined) {
      const known = departments.get(machine.department) ?? departments.size;
      departments.set(machine.department, known);
      columns.departments[place] = known + 1;
    }
    for (const address of machine.addresses) owners[addresses.add(address)] ??= place;
  }
  const packed = sharedNumbers(owners.length);
  packed.set(owners);
  return {
    ...columns,
    addresses: addresses.build(),
    owners: packed,
    ids: ids.build(),
    departmentsKnown: [...departments.keys()],
  };
}

/** The machine of an address, or what an address that is not registered is. */
export function machineAt(index: MachineIndex, address: string): MachineSeen {
  const entry = findText(index.addresses, address);
  if (entry < 0) return { key: `addr:${address}`, class: "internal-desktop" };
  return machineSeen(index, index.owners[entry] ?? 0);
}

/** The registered machine of an id; undefined when there is none. */
export function machineById(index: MachineIndex, id: string): MachineSeen | undefined {
  const entry = findText(index.ids, id);
  return entry < 0 ? undefined : machineSeen(index, entry);
}

function machineSeen(index: MachineIndex, place: number): MachineSeen {
  const machineClass = policyMachineClasses[index.classes[place] ?? 0] ?? "internal-desktop";
  const department = index.departmentsKnown[(index.departments[place] ?? 0) - 1];
  const seen = { key: textAt(index.ids, place), class: machineClass };
  return department === undefined ? seen : { ...seen, department };
}
