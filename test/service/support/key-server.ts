import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublishedSigner } from './tokens';

export interface KeyServer {
  url: string;
  /** What was asked so far. */
  requests: { path?: string; headers: IncomingHttpHeaders }[];
  publish(...signers: Pick<PublishedSigner, 'jwk'>[]): void;
  /** Answers otherwise than with the keys, until the next `publish`. */
  answer(with_: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

/** A provider's endpoint for its public keys; none are published at first. */
export const keyServer = async (): Promise<KeyServer> => {
  let respond: (response: ServerResponse) => void;
  const publish: KeyServer['publish'] = (...signers) => {
    respond = (response) => response.end(JSON.stringify({ keys: signers.map(({ jwk }) => jwk) }));
  };
  publish();
  const requests: KeyServer['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url, headers: request.headers });
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    publish,
    answer: (with_) => {
      respond = with_;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
