export type { Credentials, EmbeddedSource } from "./ports.ts";
