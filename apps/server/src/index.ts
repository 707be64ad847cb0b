export { wire, type Server } from "./wire.ts";
