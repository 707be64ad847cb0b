import { fold } from "@causeway/base";
import { PeopleIndex, type PersonEntry } from "@causeway/directory";
import type { BenchPart } from "./parts.ts";
import { samplePeople } from "./sample-people.ts";

/** How long a search among many people takes while somebody types, beside looking at every one of them. */
interface PeopleLine {
  readonly what: string;
  readonly people: number;
  readonly queries: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly scanP50Ms: number;
  /** A scan's median divided by the search's. */
  readonly fasterThanScan: number;
  readonly megabytes: number;
}

const PEOPLE = 200_000;
/** Of so many people what somebody would type to find them, key by key. */
const TYPISTS = 40;

/** What is asked for as a name, a name in Chinese, a post, and a department with a surname are typed. */
function* typed(person: PersonEntry): Generator<string> {
  const [surname = ""] = person.nameEn.split(" ");
  const [post] = person.posts;
  const wanted = [person.nameEn, person.nameZh, post?.code ?? "", `${post?.department.code ?? ""} ${surname}`];
  for (const text of wanted) {
    const characters = [...text];
    // Nobody expects anything from one letter; from one Chinese character they do.
    const first = /\p{Script=Han}/u.test(text) ? 1 : 2;
    for (let end = first; end <= characters.length; end += 1) yield characters.slice(0, end).join("");
  }
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** For each query the fastest of three rounds: what it costs while the machine does nothing else. */
function fastest(
  queries: readonly string[],
  work: (query: string) => void,
  between: () => unknown = () => undefined,
): readonly number[] {
  const rounds = [0, 1, 2].map(() => {
    between();
    return queries.map((query) => timed(() => work(query)));
  });
  return queries.map((_, at) => Math.min(...rounds.map((round) => round[at] ?? Number.NaN)));
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Everything of a person as one folded text, as a scan would keep it. */
function scannable(person: PersonEntry): string {
  const posts = person.posts.flatMap((post) => [
    ...[post.code, post.titleEn, post.titleZh],
    ...[post.department, ...post.units].flatMap((unit) => [unit.code, unit.nameEn, unit.nameZh]),
  ]);
  return fold([person.nameEn, person.nameZh, person.userId, ...posts].join("\n"));
}

function scan(texts: readonly string[], query: string): number {
  const words = fold(query).split(/[^\p{L}\p{N}]+/u);
  let found = 0;
  for (const text of texts) if (words.every((word) => text.includes(word))) found += 1;
  return found;
}

/** Measures it. */
function measurePeople(): PeopleLine {
  const people = [...samplePeople(PEOPLE)];
  const before = process.memoryUsage().heapUsed;
  const index = new PeopleIndex();
  for (const person of people) index.put(person);
  const megabytes = Math.round((process.memoryUsage().heapUsed - before) / 1e6);
  const texts = people.map(scannable);
  const step = Math.floor(PEOPLE / TYPISTS);
  const queries = Array.from({ length: TYPISTS }, (_, at) => people[at * step]).flatMap((person) =>
    person === undefined ? [] : [...typed(person)],
  );
  const department = people[0]?.posts[0]?.department;
  const search = (query: string): void => void index.search(query, { limit: 20, department });
  // A change between two rounds: what was answered before is not remembered.
  const [somebody] = people;
  const times = fastest(queries, search, () => somebody !== undefined && index.put(somebody));
  const scans = fastest(
    queries.filter((_, at) => at % 8 === 0),
    (query) => void scan(texts, query),
  );
  const scanP50Ms = percentile(scans, 0.5);
  const p50Ms = percentile(times, 0.5);
  return {
    what: `find somebody among ${PEOPLE} people`,
    people: PEOPLE,
    queries: queries.length,
    p50Ms,
    p99Ms: percentile(times, 0.99),
    scanP50Ms,
    fasterThanScan: scanP50Ms / p50Ms,
    megabytes,
  };
}

/** The line for people who read. */
function peopleText(line: PeopleLine): string {
  const { p50Ms, p99Ms, scanP50Ms, fasterThanScan } = line;
  return `${line.what.padEnd(36)} p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms; a scan ${scanP50Ms.toFixed(1)} ms: ${fasterThanScan.toFixed(0)} × slower`;
}

/** The search for people. */
export const peoplePart: BenchPart = {
  name: "people",
  run: () => {
    const line = measurePeople();
    return Promise.resolve({ text: peopleText(line), line });
  },
};
