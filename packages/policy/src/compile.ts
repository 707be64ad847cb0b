import type { PolicyDocument } from "./document.ts";

/** A policy made ready to be asked. */
export interface CompiledPolicy {
  readonly document: PolicyDocument;
}

/** Makes a policy ready to be asked. */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  return { document };
}
