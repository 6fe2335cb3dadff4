import { validatorCompiler as zodValidatorCompiler } from 'fastify-type-provider-zod';

/**
 * Validates by Zod. Headers are only looked at: what a validator hands back of them Fastify would merge into all others again
 * each time that anybody reads one. A schema of headers therefore sets no defaults and changes no values.
 */
export const validatorCompiler: typeof zodValidatorCompiler = (route) => {
  const validate = zodValidatorCompiler(route);
  if (route.httpPart !== 'headers') return validate;
  return (data) => {
    const { error } = validate(data) as { error?: Error };
    return error ? { error } : true;
  };
};
