import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { HttpProblem, problemType } from './problem';

/** By the code of Node's parser; everything else is a request that cannot be read. */
const known: Readonly<Record<string, { code: string; status: number; detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', status: 408, detail: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', status: 431, detail: 'The headers are larger than 16 KiB together.' },
};

const unreadable = { code: 'malformed_request', status: 400, detail: 'This is not HTTP/1.1 as RFC 9112 has it.' };

/** Answers what never became a request: there is a socket only, and no path. */
export const answerClientError = ({ code }: ConnectionError, socket: Socket): void => {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const problem = new HttpProblem(known[code] ?? unreadable);
  const body = JSON.stringify(problem.body({ id: randomUUID(), url: '' }));
  const head = [
    `HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
};
