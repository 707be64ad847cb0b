export { BindPoint, type BindPointOptions } from "./point.ts";
