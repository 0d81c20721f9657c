import { expect, it } from 'vitest';
import mongoose from 'mongoose';

import { eventually } from '../../support/eventually.js';
import { startPrivateMongo } from '../../support/private-mongo.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { atOnce, type ContractDocument, openClient } from './contract-database.js';

const KILLS = 3;
const WRITERS = 20;
const ACKNOWLEDGED_BEFORE_KILL = 400;

/** Writes until the server is gone and gives the ids whose writes were acknowledged. */
async function writeUntilKilled(server: PrivateStore, round: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const client = await openClient(server.url);
  const collection = client.db('durability').collection<ContractDocument>('writes');
  const writers = atOnce(WRITERS, async (writer) => {
    for (let n = 0; ; n += 1) {
      const _id = `${round}-${writer}-${n}`;
      await collection.insertOne({ _id, text: 'x'.repeat(200) });
      acknowledged.push(_id);
    }
  });
  await eventually(
    async () => acknowledged.length,
    (count) => count >= ACKNOWLEDGED_BEFORE_KILL,
    20_000,
  );
  await server.kill();
  for (const outcome of await writers) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(mongoose.mongo.MongoError);
  }
  await client.close(true);
  return acknowledged;
}

async function idsOf(server: PrivateStore): Promise<Set<string>> {
  const client = await openClient(server.url);
  try {
    const found = await client.db('durability').collection<ContractDocument>('writes').find().toArray();
    return new Set(found.map(({ _id }) => _id));
  } finally {
    await client.close(true);
  }
}

describeWithPrivate('mongodb')('durability of MongoDB', () => {
  it('keeps every acknowledged write over kill -9 under 20 writers', async () => {
    const server = await startPrivateMongo('mongo-durability');
    try {
      const acknowledged: string[] = [];
      for (let round = 0; round < KILLS; round += 1) {
        acknowledged.push(...(await writeUntilKilled(server, round)));
        await server.restart();
      }
      const kept = await idsOf(server);
      const lost = acknowledged.filter((id) => !kept.has(id));
      console.log(
        `durability: ${KILLS} kills, ${acknowledged.length} acknowledged writes, ${lost.length} lost`,
      );
      expect(lost).toEqual([]);
      expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * ACKNOWLEDGED_BEFORE_KILL);
    } finally {
      await server.stop();
    }
  });
});
