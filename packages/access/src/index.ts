export { decide, rules, type Attributes, type Rule } from "./rules.ts";
