import type { FastifyInstance } from 'fastify';
import type { Statement } from '../../database/statement';
import { timeText } from '../../database/time-text';
import { missed, ofVersion } from '../../entity-tag';
import type { Principal } from '../../identity/principal';
import type { Prisma, SavedDesign as Row } from '../../prisma/client/client';
import type { Store } from '../../resource';
import { type Page, toPage } from '../../schemas';
import type { Design, DesignChange, DesignSummary, NewDesign } from './schemas';

type Content = Prisma.InputJsonObject;

const present = ({ id, name, content, version, createdAt, updatedAt }: Row): Design => ({
  id,
  name,
  content: content as Design['content'],
  version,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

const newestDesigns = ({ organizationId, userId }: Principal, { limit, cursor }: Page): Statement => ({
  name: 'designs-newest',
  text: `SELECT id, name, version, ${timeText('created_at')} AS "createdAt", ${timeText('updated_at')} AS "updatedAt"
    FROM saved_designs WHERE organization_id = $1 AND user_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
  values: [organizationId, userId, cursor ?? null, limit + 1],
});

/** Designs of the caller. Read from a replica where there is one: a design is opened far more often than saved. */
export const designStore = ({ db }: Pick<FastifyInstance, 'db'>): Store<Design, NewDesign, DesignChange, DesignSummary> => ({
  list: async (caller, page) => toPage(await db.reader.query<DesignSummary>(caller, newestDesigns(caller, page)), page.limit),
  find: (caller, id) =>
    db.reader.transaction(caller, async (tx) => {
      const { organizationId, userId } = caller;
      const row = await tx.savedDesign.findFirst({ where: { id, organizationId, userId } });
      return row && present(row);
    }),
  create: async (tx, { organizationId, userId }, { name, content }) =>
    present(await tx.savedDesign.create({ data: { name, content: content as Content, organizationId, userId } })),
  update: async (tx, { organizationId, userId }, id, { name, content }, versions) => {
    const where = { id, organizationId, userId };
    const [row] = await tx.savedDesign.updateManyAndReturn({
      where: { ...where, ...ofVersion(versions) },
      data: { name, content: content as Content | undefined, version: { increment: 1 } },
    });
    if (!row) throw missed('design', await tx.savedDesign.count({ where }));
    return present(row);
  },
  remove: async (tx, { organizationId, userId }, id, versions) => {
    const where = { id, organizationId, userId };
    const { count } = await tx.savedDesign.deleteMany({ where: { ...where, ...ofVersion(versions) } });
    if (count === 0) throw missed('design', await tx.savedDesign.count({ where }));
  },
});
