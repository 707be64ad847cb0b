import { canonicalJson, failure, ok, type Clock, type Result } from "@causeway/base";
import { getEndpointFile, getEndpointFileSignature, listEndpointFiles, type MachineClass } from "@causeway/contract";
import { HttpReply, serve, type Route } from "@causeway/platform";
import { compilePolicy, type PolicyDocument } from "@causeway/policy";
import { createHash } from "node:crypto";
import type { WholePolicy } from "./blocked.ts";
import type { GuardFacts, NotExemptGroup } from "./file-input.ts";
import { endpointFiles, type EndpointFile } from "./files.ts";

/** What the files are made from and signed with. */
export interface FileParts {
  readonly clock: Clock;
  readonly document: () => PolicyDocument;
  /** The department of a code, as the policy names it; undefined when there is none. */
  readonly departmentOf: (code: string) => string | undefined;
  readonly guard: () => GuardFacts | undefined;
  /** As they are configured: departments by their codes. */
  readonly notExemptGroups: readonly NotExemptGroup[];
  readonly workspaceDomains: readonly string[];
  readonly sign: (text: string) => Readonly<Record<string, string>>;
  readonly keys: () => readonly { readonly id: string; readonly public_key: string }[];
}

/** Google's own word for accounts of no domain. */
const PRIVATE = "consumer_accounts";

/** What is asked for. */
interface Asked {
  readonly params: { readonly department: string; readonly file: string };
  readonly query: { readonly class: MachineClass; readonly guard: "yes" | "no"; readonly google: "own" | "any" };
}

/** A file, made and signed. */
interface SignedFile {
  readonly file: EndpointFile;
  readonly name: string;
  readonly bytes: Buffer;
  readonly version: number;
  readonly signed: string;
  readonly signatures: Readonly<Record<string, string>>;
}

/** The files for management tools, for administrators. */
export function fileRoutes(parts: FileParts): readonly Route[] {
  const maker = new FileMaker(parts);
  return [
    serve(listEndpointFiles, () => {
      const { version } = parts.document();
      const files = endpointFiles.map(({ name, mediaType, about }) => ({ name, media_type: mediaType, about }));
      return ok({ policy_version: version, guard: parts.guard() !== undefined, files });
    }),
    serve(getEndpointFile, (request) => {
      const made = maker.make(request);
      return made.ok ? ok(replyOf(made.value)) : made;
    }),
    serve(getEndpointFileSignature, (request) => {
      const made = maker.make(request);
      if (!made.ok) return made;
      const { signed, signatures } = made.value;
      return ok({ signed, signatures, keys: Object.fromEntries(parts.keys().map((key) => [key.id, key.public_key])) });
    }),
  ];
}

function replyOf({ file, name, bytes, version, signed, signatures }: SignedFile): HttpReply {
  const statement = Buffer.from(JSON.stringify({ signed, signatures })).toString("base64");
  return new HttpReply({
    headers: {
      "content-type": file.mediaType,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "causeway-policy-version": String(version),
      "causeway-signature": statement,
    },
    body: bytes,
  });
}

/** Makes files; what is asked of the policy is made ready once for each version. */
class FileMaker {
  #parts: FileParts;
  #policy: WholePolicy | undefined;

  constructor(parts: FileParts) {
    this.#parts = parts;
  }

  make({ params, query }: Asked): Result<SignedFile> {
    const file = endpointFiles.find((one) => one.name === params.file);
    if (file === undefined) return failure("M_NOT_FOUND", "There is no such file.");
    const department = this.#parts.departmentOf(params.department);
    if (department === undefined) return failure("DIRECTORY_UNKNOWN");
    const policy = this.#whole();
    const made = file.make({
      policy,
      department: { code: params.department, id: department },
      machineClass: query.class,
      now: this.#parts.clock.now(),
      guard: query.guard === "yes" ? this.#parts.guard() : undefined,
      workspaceDomains: this.#domains(query.google),
      notExemptGroups: this.#parts.notExemptGroups,
      auditOnly: false,
    });
    const bytes = Buffer.from(made);
    const { version, installation } = policy.document;
    const signed = canonicalJson({
      ...{ installation, department: params.department, class: query.class, file: file.name },
      ...{ policy_version: version, sha256: createHash("sha256").update(bytes).digest("hex") },
    });
    const name = `causeway-${params.department.replaceAll(/[^A-Za-z0-9-]/g, "-")}-v${version}-${file.name}`;
    return ok({ file, name, bytes, version, signed, signatures: this.#parts.sign(signed) });
  }

  #domains(google: "own" | "any"): readonly string[] {
    const { workspaceDomains } = this.#parts;
    return google === "own" || workspaceDomains.length === 0 ? workspaceDomains : [...workspaceDomains, PRIVATE];
  }

  #whole(): WholePolicy {
    const document = this.#parts.document();
    if (this.#policy?.document !== document) this.#policy = { document, compiled: compilePolicy(document) };
    return this.#policy;
  }
}
