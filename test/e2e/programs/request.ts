export interface Answer {
  status: number;
  body: string;
}

/** Runs in a pod: one GET, and what came back. */
const fetchOne = (url: string): void => {
  fetch(url, { signal: AbortSignal.timeout(5_000) })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch((error: unknown) => ({ status: 0, body: String(error) }))
    .then((answer) => process.stdout.write(JSON.stringify(answer)));
};

export const requestProgram = (url: string): string => `(${fetchOne.toString()})(${JSON.stringify(url)})`;

/** Runs in a pod: the addresses of a name. */
const resolveName = (name: string): void => {
  const { lookup } = require('node:dns/promises') as typeof import('node:dns/promises');
  lookup(name, { all: true })
    .then((addresses) => addresses.map(({ address }) => address))
    .catch(() => [])
    .then((addresses) => process.stdout.write(JSON.stringify(addresses)));
};

export const resolveProgram = (name: string): string => `(${resolveName.toString()})(${JSON.stringify(name)})`;
