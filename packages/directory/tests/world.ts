import { parseUserId, type UserId } from "@causeway/base";
import type { Engine } from "@causeway/platform";
import { path, testWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";

/** Where the directory's endpoints are. */
export const BASE = "/causeway/v1/directory";

/** A whole server with one administrator of each kind. */
export interface DirectoryWorld extends AsyncDisposable {
  readonly world: TestWorld;
  /** The system administrator: enters people and posts. */
  readonly system: Person;
  /** The security administrator: gives roles. */
  readonly security: Person;
  /** Somebody without any role. */
  readonly nobody: Person;
  /** Makes a department, or answers its id. */
  department(code: string): Promise<string>;
  /** Makes a vacant post and answers its id. */
  post(department: string, code: string, more?: object): Promise<string>;
  /** Enters somebody who has an account, and says so. */
  enter(person: Person, names?: { name_en?: string; name_zh?: string }): Promise<void>;
  /** Appoints somebody; answers the appointment's id. */
  appoint(post: string, person: Person, more?: object): Promise<string>;
  /** A new person of the directory with an account, who holds a new post of the department. */
  officer(
    name: string,
    department: string,
    more?: object,
  ): Promise<{ readonly person: Person; readonly post: string; readonly appointment: string }>;
  /** Gives a role as an operator does. */
  grant(person: Person, role: string): Promise<void>;
  roles(person: Person): Promise<readonly string[]>;
}

export function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  if (user === undefined) throw new Error("not a user id");
  return user;
}

/** Starts one. */
export async function directoryWorld(engine: Engine): Promise<DirectoryWorld> {
  const world = await testWorld({ engine });
  const [system, security, nobody] = await world.people("system", "security", "nobody");
  const { grantRole } = await import("@causeway/directory");
  const grant: DirectoryWorld["grant"] = async (person, role) => {
    const { db, accounts } = world.server;
    const done = await grantRole({ db, clock: world.clock, accounts }, { user: idOf(person), role });
    if (!done.ok) throw new Error(done.error.code);
    await world.server.directory.tick();
  };
  await grant(system, "system-administrator");
  await grant(security, "security-administrator");
  const made: Omit<DirectoryWorld, "officer" | typeof Symbol.asyncDispose> = {
    ...{ world, system, security, nobody, grant },
    async department(code) {
      const done = await system.post(`${BASE}/departments`, {
        code,
        name_en: `Department ${code}`,
        name_zh: `${code}部`,
      });
      return done.ok().at("unit_id").text;
    },
    async post(department, code, more = {}) {
      const wish = { code, title_en: `Post ${code}`, ...more };
      return (await system.post(path`/causeway/v1/directory/departments/${department}/posts`, wish)).ok().at("post_id")
        .text;
    },
    async enter(person, names = { name_en: `NAME ${person.userId.slice(1, 5)}`, name_zh: "陳大文" }) {
      (await system.post(`${BASE}/people`, { user_id: person.userId, ...names })).ok();
    },
    async appoint(post, person, more = {}) {
      const wish = { user_id: person.userId, kind: "substantive", ...more };
      return (await system.post(`${BASE}/posts/${post}/appointments`, wish)).ok().at("appointment_id").text;
    },
    async roles(person) {
      return (await person.get(`${BASE}/me`))
        .ok()
        .at("roles")
        .list.map((one) => one.text);
    },
  };
  return {
    ...made,
    async officer(name, department, more = {}) {
      const person = await world.person(name);
      await made.enter(person);
      const post = await made.post(department, `P-${name}`, more);
      return { person, post, appointment: await made.appoint(post, person) };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** The code and the reason of a refusal: `409 DIRECTORY_CONFLICT post-taken`. */
export function refusal(answered: Answered): string {
  const reason = answered.at("reason").value;
  return typeof reason === "string" ? `${answered.brief} ${reason}` : answered.brief;
}
