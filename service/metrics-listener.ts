import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { metricsPath } from './contract/endpoints';

export interface MetricsListener {
  url: string;
  close(): Promise<void>;
}

/** Serves the metrics, and nothing else, on a port of their own: no Ingress or Service of the API leads there. */
export const listenForScrapes = async (app: FastifyInstance): Promise<MetricsListener> => {
  const { host } = app.config.server;
  const server = createServer(async (request, response) => {
    if (request.url?.split('?', 1)[0] !== metricsPath || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = await app.metrics.metrics();
      response.writeHead(200, { 'content-type': app.metrics.contentType }).end(text);
    } catch (error) {
      app.log.error({ err: error }, 'metrics could not be read');
      response.writeHead(500).end();
    }
  });
  server.listen(app.config.metrics.port, host);
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${metricsPath}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
