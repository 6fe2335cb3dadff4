/** @type {import('jest').Config} */
module.exports = {
  displayName: 'service',
  rootDir: '../..',
  roots: ['<rootDir>/test/service'],
  testEnvironment: 'node',
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  // These packages are ES modules only, which jest cannot load untransformed on Node 20.
  transformIgnorePatterns: ['/node_modules/(?!(cookie|content-disposition)/)'],
};
