import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { digestOf } from '../../../src/modules/audit/checkpoints/chain.js';
import { Checkpoints } from '../../../src/modules/audit/checkpoints/checkpoints.pg.repository.js';
import { AuditedLog } from './audited-log.js';

describe('a chain of checkpoints that was tampered with', () => {
  let log: AuditedLog;
  let orgId: string;

  beforeAll(async () => {
    log = await AuditedLog.start();
  });
  afterAll(async () => {
    await log.close();
    await log.stores.drop();
  });
  beforeEach(async () => {
    orgId = newId();
    for (let n = 0; n < 4; n += 1) {
      await log.record(orgId, 3);
      await log.seal();
    }
    expect(await log.verify(orgId)).toMatchObject({ checked: 12, findings: [] });
  });

  it.each([
    ['leaves', `set_byte(leaves, 70, get_byte(leaves, 70) # 1)`],
    ['leaves', `substring(leaves from 1 for 64)`],
    ['leaves', `''::bytea`],
    ['leaves', `leaves || 'x'::bytea`],
    ['previous', `set_byte(previous, 0, get_byte(previous, 0) # 1)`],
    ['digest', `set_byte(digest, 0, get_byte(digest, 0) # 1)`],
    ['sealed_at', `sealed_at + interval '1 day'`],
    ['sealed_at', `'infinity'`],
  ])('is found by a changed %s (%s), once, wherever it is', async (column, expression) => {
    for (const sequence of [1, 2, 4]) {
      const before = await log.sql`select * from audit_checkpoints where organization_id = ${orgId}`;
      await log.sql.unsafe(
        `update audit_checkpoints set ${column} = ${expression} where organization_id = $1 and sequence = $2`,
        [orgId, sequence],
      );
      expect(await log.findings(orgId)).toEqual([`checkpoint_altered #${sequence}`]);
      await log.sql`delete from audit_checkpoints where organization_id = ${orgId}`;
      for (const row of before) await log.sql`insert into audit_checkpoints ${log.sql(row)}`;
      expect(await log.findings(orgId)).toEqual([]);
    }
  });

  it('is found where a checkpoint was replaced by one that is right in itself', async () => {
    for (const sequence of [2, 4]) {
      for await (const checkpoint of log.flows.get(Checkpoints).walk(orgId, sequence - 1, sequence)) {
        const leaves = checkpoint.leaves.subarray(64);
        const digest = digestOf({ ...checkpoint, leaves });
        await log.sql`
          update audit_checkpoints set leaves = ${leaves}, digest = ${digest}
          where organization_id = ${orgId} and sequence = ${sequence}`;
      }
    }
    expect(await log.findings(orgId)).toEqual(['checkpoint_altered #2', 'checkpoint_altered #4']);
  });

  it.each([
    [[1], ['checkpoint_missing #1']],
    [[2, 3], ['checkpoint_missing #2']],
    [[4], ['checkpoint_missing #4']],
    [[1, 2, 3, 4], ['checkpoint_missing #1']],
  ])('is found where %j are missing', async (sequences, expected) => {
    await log.sql`
      delete from audit_checkpoints where organization_id = ${orgId} and sequence in ${log.sql(sequences)}`;
    expect(await log.findings(orgId)).toEqual(expected);
  });

  it('is found where the newest checkpoint and the record of it were taken back', async () => {
    const { head } = await log.verify(orgId);
    await log.sql`delete from audit_checkpoints where organization_id = ${orgId} and sequence = 4`;
    await log.sql`
      update audit_heads h set sequence = 3, digest = c.digest from audit_checkpoints c
      where h.organization_id = ${orgId} and c.organization_id = ${orgId} and c.sequence = 3`;
    // Its entries are still there, and nothing vouches for them any more.
    const inserted = await log.findings(orgId);
    expect(inserted).toHaveLength(3);
    expect(inserted.every((finding) => finding.startsWith('inserted '))).toBe(true);
    // Without them only a head that was kept elsewhere knows.
    await log.collection.deleteMany({ _id: { $in: inserted.map((finding) => finding.slice(9)) } });
    expect(await log.findings(orgId)).toEqual([]);
    expect(await log.findings(orgId, { known: head })).toEqual(['checkpoint_missing #4']);
  });

  it.each([
    ['sequence = 3', ['checkpoint_altered #4']],
    ['sequence = 9', ['checkpoint_missing #5']],
    [`digest = 'x'::bytea`, ['checkpoint_altered #4']],
  ])('is found where the record of the newest one says %s', async (change, expected) => {
    await log.sql.unsafe(`update audit_heads set ${change} where organization_id = $1`, [orgId]);
    expect(await log.findings(orgId)).toEqual(expected);
  });

  it('is found where the record of the newest one is gone, and sealing goes on', async () => {
    await log.sql`delete from audit_heads where organization_id = ${orgId}`;
    expect(await log.findings(orgId)).toEqual(['checkpoint_altered #4']);
    await log.record(orgId, 1);
    await log.seal();
    const report = await log.verify(orgId);
    expect([report.head?.sequence, report.checked, report.findingsTotal]).toEqual([5, 13, 0]);
  });

  it('is found where the whole chain was made anew, by a head that was kept elsewhere', async () => {
    const { head } = await log.verify(orgId);
    await log.sql`delete from audit_checkpoints where organization_id = ${orgId}`;
    await log.sql`delete from audit_heads where organization_id = ${orgId}`;
    await log.collection.updateMany({ organization_id: orgId }, { $set: { event_type: 'changed' } });
    await log.sql`update audit_sealing set watermark = '00000000-0000-0000-0000-000000000000'`;
    for (let n = 0; n < 4; n += 1) await log.seal();
    expect(await log.findings(orgId)).toEqual([]);
    await log.record(orgId, 1);
    await log.seal();
    await log.record(orgId, 1);
    await log.seal();
    await log.record(orgId, 1);
    await log.seal();
    expect(await log.findings(orgId, { known: head })).toEqual(['checkpoint_altered #4']);
  });

  it('still contains a head that was kept before it grew', async () => {
    const { head } = await log.verify(orgId);
    await log.record(orgId, 3);
    await log.seal();
    expect(await log.findings(orgId, { known: head })).toEqual([]);
  });
});
