/** @type {import('jest').Config} */
module.exports = {
  displayName: 'service',
  rootDir: '../..',
  roots: ['<rootDir>/test/service'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/service/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/service/support/global-teardown.ts',
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  // These packages are ES modules only, which jest cannot load untransformed on Node 20.
  transformIgnorePatterns: ['/node_modules/(?!(cookie|content-disposition|@fastify/cookie|jose)/)'],
};
