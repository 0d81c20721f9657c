import { z } from 'zod';

import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { request } from '../../support/test-app.js';
import type { AccessRow, AccessRows } from './access-row.js';

const aPrompt: NonNullable<AccessRow['ids']> = async ({ app }) => {
  const id = newId();
  await app.get(Postgres).sql`insert into prompts (id, text, is_active) values (${id}, 'Why?', true)`;
  return id;
};

/** A prompt of the set that the caller has today; it is made where the caller first looks at it. */
const ofToday: NonNullable<AccessRow['ids']> = async (world, asking) => {
  await aPrompt(world, asking);
  const { body } = await request(world.app, 'GET', '/api/v1/prompts/today', { token: asking.token });
  // An ended session has no set.
  return setShape.safeParse(body).data?.prompts[0]?.id ?? newId();
};

const setShape = z.object({ prompts: z.array(z.object({ id: z.string() })) });
const newPrompt = () => ({ text: 'What made you smile today?' });
const manage = { role: 'operator' } as const;
const ONE = '/api/v1/prompts/{id}';

export const rows: AccessRows = {
  'GET /api/v1/prompts': manage,
  'POST /api/v1/prompts': { ...manage, body: newPrompt },
  [`GET ${ONE}`]: { ...manage, ids: aPrompt },
  [`PATCH ${ONE}`]: { ...manage, ids: aPrompt, body: newPrompt },
  [`DELETE ${ONE}`]: { ...manage, ids: aPrompt },
  'GET /api/v1/prompts/today': { role: 'viewer', key: 'prompts:read', isNamedScope: true },
  'POST /api/v1/prompts/today/{prompt_id}/complete': {
    ...{ role: 'member', key: 'prompts:write', isNamedScope: true },
    ids: ofToday,
    makesItsOwn: true,
  },
};
