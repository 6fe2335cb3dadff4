import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildApp } from '../app';
import { describeProblems } from '../config';
import { decode } from '../contract/decode';
import { ownFeatures } from './environment';

/** Nothing of it shows in the document, or is ever connected to; it has to be there for the service to be built. */
const placeholder = 'no secret, and too long for a weak one';

const environment = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'fatal',
  FEATURES: ownFeatures.join(','),
  ENABLE_SWAGGER: 'true',
  DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/none',
  JWT_SECRET: placeholder,
  JWT_REFRESH_SECRET: `${placeholder}, either`,
  SESSION_SECRET: placeholder,
};

/** OpenAPI of all that the service can do without other parties, whatever the machine and its environment. */
export const openApiDocument = async (): Promise<string> => {
  const decoded = decode(environment);
  if (!decoded.ok) throw new Error(describeProblems(decoded.problems));
  const app = await buildApp(decoded.config);
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
};

if (require.main === module) {
  openApiDocument()
    .then((text) => writeFileSync(resolve('service', 'openapi.json'), text))
    .catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
}
