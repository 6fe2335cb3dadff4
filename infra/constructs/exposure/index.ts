import { Construct } from 'constructs';
import type { Deployable } from '../../model/deployable';
import { type Edge, edgeOf } from '../../model/entrance';
import { alb } from './alb';
import { gateway } from './gateway';
import { nginx } from './nginx';
import { traefik } from './traefik';

/** A new kind of edge does not compile without its row. */
const edges: { readonly [K in Edge['kind']]: (scope: Construct, deployable: Deployable, edge: Extract<Edge, { kind: K }>) => void } = {
  nginx,
  traefik,
  gateway,
  alb,
};

/** The way in from outside the cluster. A port of the nodes needs nothing of its own: it stands in the Service. */
export class Exposure extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const edge = edgeOf(deployable);
    if (edge) edges[edge.kind](this, deployable, edge as never);
  }
}
