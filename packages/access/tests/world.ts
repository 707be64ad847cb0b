import { grantRole } from "@causeway/directory";
import { parseUserId, type UserId } from "@causeway/base";
import type { Engine } from "@causeway/platform";
import {
  path,
  TEST_PASSWORD,
  testWorld,
  type Answered,
  type JsonView,
  type Person,
  type TestWorld,
} from "@causeway/testkit";

/** Where the endpoints are. */
export const ACCESS = "/causeway/v1/access";
const DIRECTORY = "/causeway/v1/directory";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Somebody with a post. */
export interface Officer {
  readonly person: Person;
  readonly post: string;
  readonly appointment: string;
}

/** A department with a Head, a DITSO and two officers, and one above it. */
export interface AccessWorld extends AsyncDisposable {
  readonly world: TestWorld;
  readonly system: Person;
  readonly security: Person;
  readonly head: Officer;
  readonly ditso: Officer;
  readonly chan: Officer;
  readonly ho: Officer;
  /** The Head of the department above. */
  readonly minister: Officer;
  now(): number;
  /** Enters somebody into the directory, with a new post. */
  officer(name: string, department: string, more?: object): Promise<Officer>;
  grantRole(person: Person, role: string): Promise<void>;
  appoint(post: string, person: Person, more?: object): Promise<string>;
  /** Ends an appointment now. */
  vacate(officer: Officer): Promise<void>;
  delegate(to: Person, more?: object): Promise<string>;
  /** Moves the clock on and does what is due. */
  pass(ms: number): Promise<void>;
  /** Asks, and answers what was said. */
  ask(person: Person, more?: object): Promise<Answered>;
  /** Asks, and answers the request's id. */
  asked(person: Person, more?: object): Promise<string>;
  decide(person: Person, request: string, decision: object): Promise<Answered>;
  approve(person: Person, request: string): Promise<Answered>;
  /** Asks and has it approved by the Head; the id of the grant. */
  granted(person: Person, more?: object): Promise<string>;
  view(person: Person, request: string): Promise<JsonView>;
  /** What of the grants in force is for somebody by name. */
  openFor(person: Person): readonly string[];
}

export function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  if (user === undefined) throw new Error("not a user id");
  return user;
}

/** `409 ACCESS_STATE moved`. */
export function refusal(answered: Answered): string {
  const reason = answered.at("reason").value;
  return typeof reason === "string" ? `${answered.brief} ${reason}` : answered.brief;
}

/** A call that asks for a fresh confirmation, made with one. */
export async function confirmed(person: Person, at: string, body: object): Promise<Answered> {
  const first = await person.post(at, body);
  if (first.status !== 401) return first;
  const auth = {
    ...{ type: "m.login.password", session: first.at("session").text, password: TEST_PASSWORD },
    identifier: { type: "m.id.user", user: person.userId },
  };
  return await person.post(at, { ...body, auth });
}

/** Starts one. */
export async function accessWorld(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<AccessWorld> {
  const world = await testWorld({
    engine,
    env: { CAUSEWAY_ACCESS_AUTHORITIES: JSON.stringify({ PGD: "CSO" }), ...env },
  });
  const [system, security] = await world.people("system", "security");
  const grant = async (person: Person, role: string): Promise<void> => {
    const { db, accounts } = world.server;
    const done = await grantRole({ db, clock: world.clock, accounts }, { user: idOf(person), role });
    if (!done.ok) throw new Error(done.error.code);
    await world.server.directory.tick();
  };
  await grant(system, "system-administrator");
  await grant(security, "security-administrator");
  for (const code of ["PGD", "CSO", "HBD"])
    (await system.post(`${DIRECTORY}/departments`, { code, name_en: `Department ${code}`, name_zh: `${code}部` })).ok();
  const appoint = async (post: string, person: Person, more: object = {}): Promise<string> => {
    const wish = { user_id: person.userId, kind: "substantive", ...more };
    return (await system.post(`${DIRECTORY}/posts/${post}/appointments`, wish)).ok().at("appointment_id").text;
  };
  const officer = async (name: string, department: string, more: object = {}): Promise<Officer> => {
    const person = await world.person(name);
    (await system.post(`${DIRECTORY}/people`, { user_id: person.userId, name_en: name, name_zh: "陳大文" })).ok();
    const wish = { code: `P-${name}`, title_en: `Post ${name}`, ...more };
    const post = (await system.post(path`/causeway/v1/directory/departments/${department}/posts`, wish))
      .ok()
      .at("post_id").text;
    return { person, post, appointment: await appoint(post, person) };
  };
  const head = await officer("head", "PGD", { is_head: true });
  const ditso = await officer("ditso", "PGD");
  (await security.put(`${DIRECTORY}/posts/${ditso.post}/roles`, { roles: ["ditso"] })).ok();
  const made: Omit<AccessWorld, typeof Symbol.asyncDispose> = {
    ...{ world, system, security, head, ditso, officer, appoint, grantRole: grant },
    chan: await officer("chan", "PGD"),
    ho: await officer("ho", "PGD"),
    minister: await officer("minister", "CSO", { is_head: true }),
    now: () => world.clock.now(),
    async vacate(one) {
      (await system.post(`${DIRECTORY}/appointments/${one.appointment}/end`, {})).ok();
    },
    async delegate(to, more = {}) {
      const wish = { user_id: to.userId, until: world.clock.now() + 30 * DAY, ...more };
      return (await head.person.post(`${DIRECTORY}/departments/PGD/delegations`, wish)).ok().at("delegation_id").text;
    },
    async pass(ms) {
      world.pass(ms);
      await world.server.directory.tick();
      await world.server.access.tick();
      await world.server.access.settle();
    },
    ask: (person, more = {}) =>
      person.post(`${ACCESS}/requests`, {
        ...{ need: "Photos of complaints come by it", label: "unclassified", until: world.clock.now() + 7 * DAY },
        ...{ url: "https://vendor.example/files" },
        ...more,
      }),
    async asked(person, more) {
      return (await made.ask(person, more)).ok().at("request_id").text;
    },
    decide: (person, request, decision) => person.post(`${ACCESS}/requests/${request}/decide`, decision),
    approve: (person, request) => made.decide(person, request, { decision: "approve" }),
    async granted(person, more) {
      const request = await made.asked(person, more);
      return (await made.approve(head.person, request)).ok().at("grant", "grant_id").text;
    },
    async view(person, request) {
      return (await person.get(`${ACCESS}/requests/${request}`)).ok().json;
    },
    openFor: (person) =>
      world.server.access
        .grantsInForce()
        .filter((one) => one.users.includes(person.userId))
        .map((one) => one.id),
  };
  return { ...made, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}
