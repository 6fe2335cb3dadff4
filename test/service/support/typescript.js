// Lets `node --require` run the sources as they are: a fresh clone has no build.
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
