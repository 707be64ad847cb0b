export { displayNameOf, type BothNames, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
