import { createServer } from "node:http";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Figures for Prometheus. Labels are routes, methods and classes of status: never anybody's id. */
export interface Metrics {
  request(facts: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  /** A figure that is read when somebody looks. */
  gauge(name: string, help: string, read: () => number): void;
  /** Serves `GET /metrics`; resolves to the address and a way to stop. */
  listen(at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly url: string; close(): Promise<void> }>;
}

/** Creates the figures of one server. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "causeway_" });
  const seconds = new Histogram({
    name: "causeway_http_request_seconds",
    help: "How long requests took, by route.",
    labelNames: ["route", "method", "status"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const errors = new Counter({
    name: "causeway_http_errors_total",
    help: "Requests that met a surprise.",
    registers: [registry],
  });
  return {
    request({ route, method, status, ms }) {
      seconds.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, ms / 1000);
      if (status >= 500) errors.inc();
    },
    gauge(name, help, read) {
      new Gauge({
        name: `causeway_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    listen: (at) => listen(registry, at),
  };
}

function listen(
  registry: Registry,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : at.port;
      resolve({
        url: `http://${at.host}:${port}/metrics`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
