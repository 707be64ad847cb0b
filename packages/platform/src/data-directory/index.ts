export {
  DataDirectoryError,
  DataDirectoryInUse,
  existingDataDirectory,
  lockDataDirectory,
  openDataDirectory,
  placesIn,
  type DataDirectory,
  type DataPlaces,
} from "./data-directory.ts";
export { makeDirectoryDurably, syncDirectory, writeDurably, writeDurablyLater } from "./durable-file.ts";
export { openSigner, readSigner, signingKeyFile, verifySignature, type ServerSigner } from "./signing-key.ts";
