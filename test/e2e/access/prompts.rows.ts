import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows } from './access-row.js';

const aPrompt: NonNullable<AccessRow['ids']> = async ({ app }) => {
  const id = newId();
  await app.get(Postgres).sql`insert into prompts (id, text, is_active) values (${id}, 'Why?', true)`;
  return id;
};

const newPrompt = () => ({ text: 'What made you smile today?' });
const manage = { role: 'operator' } as const;
const ONE = '/api/v1/prompts/{id}';

export const rows: AccessRows = {
  'GET /api/v1/prompts': manage,
  'POST /api/v1/prompts': { ...manage, body: newPrompt },
  [`GET ${ONE}`]: { ...manage, ids: aPrompt },
  [`PATCH ${ONE}`]: { ...manage, ids: aPrompt, body: newPrompt },
  [`DELETE ${ONE}`]: { ...manage, ids: aPrompt },
};
