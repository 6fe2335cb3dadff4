/** @type {import('jest').Config} */
module.exports = {
  displayName: 'infra',
  rootDir: '../..',
  roots: ['<rootDir>/test/infra'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
};
