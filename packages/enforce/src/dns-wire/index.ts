export { MESSAGE_LIMIT, readMessage, writeMessage } from "./message.ts";
export { readName, writeName } from "./names.ts";
export {
  checkSignature,
  refuseSignature,
  signMessage,
  TSIG_ALGORITHM,
  tsigErrors,
  type TsigChecked,
  type TsigError,
  type TsigKey,
} from "./tsig.ts";
