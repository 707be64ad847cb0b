import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

/** The machine's floor: a bare POST whose row is durable, all that wait sharing one commit. Prints where it listens. */
const db = new DatabaseSync(process.argv[2] ?? "");
db.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
);
const insert = db.prepare("INSERT INTO rows (body) VALUES (?)");
let waiting: { readonly body: string; done(): void }[] = [];
let scheduled = false;

function flush(): void {
  scheduled = false;
  const batch = waiting;
  waiting = [];
  db.exec("BEGIN");
  for (const one of batch) insert.run(one.body);
  db.exec("COMMIT");
  for (const one of batch) one.done();
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const done = (): void => {
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    };
    waiting.push({ body: Buffer.concat(chunks).toString(), done });
    if (!scheduled) setImmediate(flush);
    scheduled = true;
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(
    `floor listening on http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}\n`,
  );
});
