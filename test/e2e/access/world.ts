import { z } from 'zod';

import type { TestApp } from '../../support/test-app.js';
import type { AccessWorld } from './access-row.js';

const recordShape = z.object({ id: z.coerce.string() });

/** What the rows make records with: the owner of the test's organisation. */
export function worldOf(t: TestApp): AccessWorld {
  const asOwner = (method: string, path: string, body?: unknown) => t.request(method, path, { body });
  return {
    app: t.app,
    owner: t.tenant,
    request: asOwner,
    create: async (path, body) => {
      const answer = await asOwner('POST', path, body);
      if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
      return recordShape.parse(answer.body).id;
    },
  };
}
