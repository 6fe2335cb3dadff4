/** Begins every generated file of a target; each format has comments of this form. */
export const header = '# Generated from infra/stacks by `npm run synth`. Edit the stack, not this file.\n';
