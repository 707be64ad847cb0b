export { checkEverything, type Checked } from "./check.ts";
