import { newId } from '../../../src/common/ids/ids.js';
import type { IngestedDocument } from '../../../src/flows/ingest/ingested-document.js';
import { SpoolStats } from '../../../src/flows/spool/spool-stats.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';

/** The variables of a process that cannot reach MongoDB, and delivers nothing. */
export const CUT_OFF = {
  MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true',
  PROCESS_ROLE: 'api',
};

/** A document of an organisation and aggregate of its own, unless `overrides` says otherwise. */
export function aDocument(
  fields: Record<string, unknown> = {},
  overrides: Partial<IngestedDocument> = {},
): IngestedDocument {
  const orgId = overrides.orgId ?? newId();
  const _id = newId();
  return {
    orgId,
    collection: ACTIVITY_COLLECTION,
    aggregate: _id,
    document: { organization_id: orgId, user_email: null, payload: {}, ...fields, _id },
    subjectUserId: null,
    tags: [`o:${orgId}:activity`],
    ...overrides,
  };
}

export async function spooledRows(flows: Flows): Promise<number> {
  const [row] = await flows.get(Postgres).sql<{ count: number }[]>`select count(*)::int as count from spool`;
  return row?.count ?? -1;
}

export const isDrained = (flows: Flows): Promise<number> =>
  eventually(
    () => spooledRows(flows),
    (count) => count === 0,
    20_000,
  );

/** Until nothing waits for MongoDB; rows may still wait for the cache to be told. */
export const isDelivered = (flows: Flows) =>
  eventually(
    () => flows.get(SpoolStats).snapshot(),
    ({ pending }) => pending === 0,
    20_000,
  );
