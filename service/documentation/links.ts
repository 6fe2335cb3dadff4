/** Links of an answer to the operations on what its `id` names. */
export const linksTo = (...operationIds: readonly string[]) =>
  Object.fromEntries(operationIds.map((operationId) => [operationId, { operationId, parameters: { id: '$response.body#/id' } }]));
