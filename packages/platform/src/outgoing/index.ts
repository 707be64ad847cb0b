export { isNetwork, isPublicAddress, networksOf, type Networks } from "./networks.ts";
export {
  createOutgoing,
  OutgoingRefused,
  type Outgoing,
  type OutgoingReply,
  type OutgoingRequest,
  type OutgoingRules,
} from "./outgoing.ts";
