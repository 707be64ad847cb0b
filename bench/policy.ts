import { instant } from "@causeway/base";
import { compilePolicy, decide, type HostRule, type PolicyDocument, type Question } from "@causeway/policy";
import type { BenchPart } from "./parts.ts";

const RULES = 1_000_000;
const SERVICES = 1000;
const GRANTS = 100_000;
const PEOPLE = 50_000;
const BUSIEST = 10_000;
const QUESTIONS = 400_000;
/** So many questions are timed together: one alone is shorter than the clock's step. */
const CHUNK = 200;

/** A small generator of its own, so that every run asks the same. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function wordOf(random: (below: number) => number, letters: number): string {
  let word = "";
  for (let at = 0; at < letters; at += 1) word += String.fromCharCode(97 + random(26));
  return word;
}

const texts = { en: "", zhHant: "", zhHans: "" };

function policyOf(hosts: readonly string[], random: (below: number) => number): PolicyDocument {
  const each = RULES / SERVICES;
  return {
    ...{ format: 1, installation: "bench.example", version: 1, issued: instant(0), expires: instant(1e13) },
    ...{ utcOffsetMinutes: 480, addressesAllowedOn: [], observe: { everywhere: false, departments: [] } },
    services: Array.from({ length: SERVICES }, (_, n) => ({
      ...{
        id: `service-${n}`,
        category: `category-${n % 8}`,
        name: texts,
        reason: texts,
        clause: "1",
        apps: {},
        addresses: [],
      },
      ...{ exempt: [], grantable: true },
      hosts: hosts.slice(n * each, (n + 1) * each).map((host): HostRule => ({ kind: "suffix", host })),
    })),
    rules: Array.from({ length: 8 }, (_, n) => ({
      ...{ id: `rule-${n}`, category: `category-${n}`, effect: "blocked" as const, clause: "1" },
      machineClass: "internal-desktop" as const,
    })),
    grants: Array.from({ length: GRANTS }, (_, n) => ({
      ...{ id: `gr_${n}`, users: [`@p${random(PEOPLE)}:bench.example`], machines: [`ma_${random(PEOPLE)}`], sites: [] },
      ...{ services: [`service-${random(SERVICES)}`], upload: false, begins: instant(0), ends: instant(1e12 + n) },
    })),
    machines: [],
  };
}

/** The median time of one of many questions, in microseconds. */
function medianMicroseconds(questions: readonly Question[], ask: (question: Question) => unknown): number {
  const times: number[] = [];
  for (let from = 0; from + CHUNK <= questions.length; from += CHUNK) {
    const started = performance.now();
    for (let at = from; at < from + CHUNK; at += 1) {
      const question = questions[at];
      if (question !== undefined) ask(question);
    }
    times.push(((performance.now() - started) * 1000) / CHUNK);
  }
  return times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function bytesIn(value: unknown, seen: Set<unknown> = new Set()): number {
  if (value === null || typeof value !== "object" || seen.has(value)) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Object.values(value).reduce((sum: number, inner) => sum + bytesIn(inner, seen), 0);
}

/** Decisions: a million host rules and a hundred thousand grants, beside a map of strings in the same run. */
export const policyPart: BenchPart = {
  name: "policy",
  run: () => {
    const random = randomOf(7);
    const hosts = Array.from({ length: RULES }, (_, n) => `${wordOf(random, 6)}${n.toString(36)}.${wordOf(random, 3)}`);
    const document = policyOf(hosts, random);
    const started = performance.now();
    const policy = compilePolicy(document);
    const compileMs = performance.now() - started;
    const question = (host: string): Question => {
      const person = random(PEOPLE);
      const machine = { key: `ma_${person}`, class: "internal-desktop" as const };
      return { user: `@p${person}:bench.example`, machine, target: { kind: "host", host }, now: instant(5) };
    };
    const fresh = Array.from({ length: QUESTIONS }, (_, n) => {
      const inner = n % 2 === 0 ? (hosts[random(RULES)] ?? "") : `${wordOf(random, 9)}.example`;
      return question(`${wordOf(random, 5)}${n.toString(36)}.${inner}`);
    });
    const pool = Array.from({ length: BUSIEST }, (_, n) =>
      question(n % 2 === 0 ? `www.${hosts[n * 37] ?? ""}` : `www.${wordOf(random, 8)}.example`),
    );
    // The first of the pool are asked for most often.
    const busy = Array.from({ length: QUESTIONS }, () => pool[random(1 + random(BUSIEST))] ?? pool[0]).flatMap(
      (one) => one ?? [],
    );
    const map = new Map(hosts.map((host) => [host, 1]));
    const inMap = ({ target }: Question): boolean => {
      let name = target.kind === "host" ? target.host : "";
      for (;;) {
        if (map.has(name)) return true;
        const dot = name.indexOf(".");
        if (dot < 0) return false;
        name = name.slice(dot + 1);
      }
    };
    medianMicroseconds(busy, (one) => decide(policy, one));
    const line = {
      ...{ what: "decisions", rules: RULES, grants: GRANTS, compileMs: Math.round(compileMs) },
      neverSeenUs: medianMicroseconds(fresh, (one) => decide(policy, one)),
      busiestUs: medianMicroseconds(busy, (one) => decide(policy, one)),
      mapOfStringsUs: medianMicroseconds(fresh, inMap),
      bytesPerRule: bytesIn(policy.parts.hosts) / RULES,
      bytesPerGrant: bytesIn(policy.parts.grants) / GRANTS,
    };
    const text =
      `decisions, ${RULES} rules, ${GRANTS} grants: median ${line.neverSeenUs.toFixed(2)} us on names never seen (wanted 2), ` +
      `${line.busiestUs.toFixed(2)} us on the ${BUSIEST} busiest (wanted 1), a map of strings ${line.mapOfStringsUs.toFixed(2)} us; ` +
      `${line.bytesPerRule.toFixed(0)} bytes a rule (wanted 100), ${line.bytesPerGrant.toFixed(0)} a grant, compiled in ${line.compileMs} ms`;
    return Promise.resolve({ text, line });
  },
};
