import { placeOf } from '../model/deployable';
import { featureProblems } from '../model/service';
import type { Rule } from './rule';

export const featureSet: Rule = {
  code: 'FEATURE-SET',
  title: 'Features that need or exclude each other are chosen so',
  why: 'The service refuses to start, in a loop.',
  severity: 'error',
  reads: 'world',
  *check({ deployables }) {
    for (const deployable of deployables) {
      const { features } = deployable.system;
      for (const problem of featureProblems(features)) {
        yield { at: placeOf(deployable), path: 'features', got: JSON.stringify(features), ...problem };
      }
    }
  },
};
