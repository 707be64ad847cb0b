export { askServer, serveAdmin } from "./admin-socket.ts";
export { operation, type Operation, type Operations } from "./operation.ts";
