import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { code, machineId, name, time } from "./fields.ts";

/** What a machine is; one that is not registered is an internal desktop. */
export const machineClasses = ["internal-desktop", "designated-machine", "personal-device"] as const;

/** One of `machineClasses`. */
export type MachineClass = (typeof machineClasses)[number];

const params = z.object({ machineId });
const addresses = z.array(z.string().max(64)).max(64);
const machineName = name.refine((given) => given !== "", "a name is needed");

/** `GET /causeway/v1/directory/machines`. */
export const listMachines = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/machines",
  access: { action: "machines.read" },
  summary: "The registered machines, in the order of their names.",
  query: z.object({ department: code.optional() }),
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `POST /causeway/v1/directory/machines`: it is an internal desktop until a security administrator says otherwise. */
export const addMachine = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/machines",
  access: { action: "machines.write" },
  summary: "Registers a machine.",
  body: z.object({ name: machineName, department: code, addresses: addresses.default([]) }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "M_INVALID_PARAM"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/machines/{machineId}`. */
export const changeMachine = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/machines/:machineId",
  access: { action: "machines.write", on: "machineId" },
  summary: "Changes a machine's name, department or addresses; what is left out stays.",
  params,
  body: z.object({ name: machineName.optional(), department: code.optional(), addresses: addresses.optional() }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "M_INVALID_PARAM"],
  rate: "write",
});

/** `PUT /causeway/v1/directory/machines/{machineId}/class`. */
export const classifyMachine = endpoint({
  method: "PUT",
  path: "/causeway/v1/directory/machines/:machineId/class",
  access: { action: "machines.classify", on: "machineId" },
  summary: "Says what a machine is, and so what is blocked on it.",
  params,
  body: z.object({ class: z.enum(machineClasses) }),
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "write",
});

/** `POST /causeway/v1/directory/machines/{machineId}/retire`. */
export const retireMachine = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/machines/:machineId/retire",
  access: { action: "machines.write", on: "machineId" },
  summary: "Takes a machine out of the register; its tokens end.",
  params,
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "write",
});

/** `POST /causeway/v1/directory/machines/{machineId}/tokens`: the token is shown this once. */
export const addMachineToken = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/machines/:machineId/tokens",
  access: { action: "machines.write", on: "machineId" },
  summary: "Makes a token that a machine proves itself with.",
  params,
  body: z.object({ until: time.optional() }),
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "M_TOO_LARGE"],
  rate: "write",
});

/** `POST /causeway/v1/directory/machines/{machineId}/tokens/revoke`. */
export const revokeMachineTokens = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/machines/:machineId/tokens/revoke",
  access: { action: "machines.write", on: "machineId" },
  summary: "Ends all tokens of a machine.",
  params,
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "write",
});

/** `POST /causeway/v1/proxy-tokens`: the secret is shown this once (CONTRACT.md). */
export const addProxyToken = endpoint({
  method: "POST",
  path: "/causeway/v1/proxy-tokens",
  access: { action: "matrix.use" },
  summary: "Makes a secret for the proxy: it asks for the localpart and this, never for the password.",
  body: z.object({ until: time.optional() }),
  bodyOptional: true,
  errors: ["DIRECTORY_CONFLICT", "M_TOO_LARGE"],
  rate: "write",
});

/** `POST /causeway/v1/proxy-tokens/revoke`. */
export const revokeProxyTokens = endpoint({
  method: "POST",
  path: "/causeway/v1/proxy-tokens/revoke",
  access: { action: "matrix.use" },
  summary: "Ends all of one's secrets for the proxy.",
  bodyOptional: true,
  errors: [],
  rate: "write",
});
