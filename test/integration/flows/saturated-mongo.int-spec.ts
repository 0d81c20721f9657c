import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { newId } from '../../../src/common/ids/ids.js';
import { DeadLetters } from '../../../src/flows/dead-letters/dead-letters.js';
import { Ingest } from '../../../src/flows/ingest/ingest.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { eventually } from '../../support/eventually.js';
import { aDocument, isDrained as isSpoolDrained, spooledRows } from '../spool/spool-harness.js';
import { anEvent, type Flows, LEFT_TO_RELAYS } from './support/flows-harness.js';
import { FlowsTest, isDrained } from './support/flows-test.js';

const OUT_OF_DISK = 14_031;
const UNKNOWN = 99_999;
const RECORDS = 12;

/** Refuses every bulk write of this process until it is mended, as a server does that takes nothing. Counts them. */
function saturate(flows: Flows, code: number) {
  const mongo = flows.get(Mongo);
  const run = mongo.run.bind(mongo);
  const state = { isFull: true, refused: 0 };
  mongo.run = (name, operation) => {
    if (name !== 'bulkWrite' || !state.isFull) return run(name, operation);
    return run(name, () => {
      state.refused += 1;
      const errorResponse = {
        message: 'takes nothing',
        code,
        writeErrors: [{ index: 0, code, errmsg: 'takes nothing' }],
      };
      return Promise.reject(new mongoose.mongo.MongoBulkWriteError(errorResponse as never, {} as never));
    });
  };
  return state;
}

describe('a MongoDB that answers and takes no write', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  it.each([
    ['says that its disk is full', OUT_OF_DISK],
    ['says something that we do not know, of every record', UNKNOWN],
  ])('that %s costs no event its attempts, and has them all afterwards', async (_, code) => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const relay = await test.start({ tuning: { pollMs: 20, maxAttempts: 2, backOffBaseMs: 1 } });
    const state = saturate(relay, code);
    const orgId = newId();
    // In one transaction, so that the relay finds them together.
    await writer.commit(...Array.from({ length: RECORDS }, () => anEvent({ orgId })));
    await eventually(
      () => Promise.resolve(state.refused),
      (refused) => refused > 3 * RECORDS,
    );
    expect(await writer.get(DeadLetters).list(10)).toEqual([]);
    state.isFull = false;
    await isDrained(writer);
    expect(await writer.entries(orgId)).toHaveLength(RECORDS);
  });

  it('has documents spooled that are sent to it', async () => {
    const flows = await test.start({ tuning: { pollMs: 20 } });
    const state = saturate(flows, OUT_OF_DISK);
    const orgId = newId();
    const outcomes = await flows.get(Ingest).accept([aDocument({}, { orgId })]);
    expect(outcomes).toEqual([{ kind: 'spooled' }]);
    expect(await spooledRows(flows)).toBe(1);
    state.isFull = false;
    await isSpoolDrained(flows);
    expect(await flows.entries(orgId)).toHaveLength(1);
  });
});
