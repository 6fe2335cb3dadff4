// The package has a CommonJS build, and types of its ES module alone.
const library: typeof import('smol-toml', { with: { 'resolution-mode': 'import' }}) = require('smol-toml');

export const { parse, stringify } = library;
