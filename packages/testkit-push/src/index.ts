export { pushService, PushSubscriber, speakerOf, type PushService } from "./push-service.ts";
