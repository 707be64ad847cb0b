export { PointSource } from "./point-source.ts";
