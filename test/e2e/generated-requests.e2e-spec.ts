import { afterAll, beforeAll, describe, it } from 'vitest';

import { assertNoFaults, faultOf } from '../support/answer-faults.js';
import { FaultRun } from '../support/fault-run.js';
import { generatedRequests } from '../support/generated/generated-requests.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { loadRows } from './access/load-rows.js';
import { Targets } from './access/targets.js';

const rows = await loadRows();
const run = new FaultRun('generated requests');
/** With the hostile ones, 100,000 and more at full size. */
const EACH = run.size(7, 400);

describe('requests that are generated from the OpenAPI document', () => {
  let t: TestApp;
  let targets: Targets;
  const counts = { requests: 0, taken: 0, refused: 0, unavailable: 0 };

  beforeAll(async () => {
    t = await createTestApp();
    targets = new Targets(t);
  });
  afterAll(async () => {
    await t.close();
    const { requests, taken, refused, unavailable } = counts;
    run.report(`${requests} requests: ${taken} taken, ${refused} refused, ${unavailable} answered 503`);
  });

  it.each([...rows].filter(([, row]) => !row.isStream))(
    '%s is answered as described',
    async (route, row) => {
      const { target, token } = await targets.of(route, row);
      const faults: string[] = [];
      for (const { what, url, payload, headers } of generatedRequests(target, run.seed, EACH)) {
        const method = target.method.toUpperCase() as 'POST';
        const answer = await t.app.inject({
          ...{ method, url, headers: { authorization: `Bearer ${token}`, ...headers } },
          ...(payload === undefined ? {} : { payload }),
        });
        const fault = faultOf(t.app, method, url, answer);
        if (fault !== null) faults.push(`${method} ${what}: ${fault}`);
        const { statusCode: status } = answer;
        counts[status === 503 ? 'unavailable' : status >= 400 ? 'refused' : 'taken'] += 1;
        counts.requests += 1;
      }
      assertNoFaults(faults);
    },
    600_000,
  );
});
