export { addDemo, demoSettings } from "./demo.ts";
export { wire, type Server } from "./wire.ts";
