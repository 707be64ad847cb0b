declare module "*.css";
declare module "virtual:catalogue/*" {
  import type { Compiled } from "./i18n/i18n.ts";
  export const catalogue: Compiled;
}
declare module "virtual:crypto-wasm" {
  /** The address of the encryption library's WebAssembly. */
  const url: string;
  export default url;
}
