import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { DECLARED } from '../../../src/declare.js';
import { canonicalEnv } from '../../../src/config/aliases.js';
import { lastJson, runCli } from './run-cli.js';

interface Report {
  name: string;
  status: string;
  indexes: { name: string; status: string }[];
}

interface Figures {
  name: string;
  documents: number;
  indexes: { name: string; bytes: number | null; uses: number | null }[];
}

describe('mongo:init', () => {
  let mongo: mongoose.Connection;
  let env: Record<string, string>;
  beforeAll(async () => {
    const uri = new URL(canonicalEnv(process.env)['MONGODB_URI'] ?? '');
    uri.pathname = `/triptych_test_${randomBytes(6).toString('hex')}`;
    env = { NODE_ENV: 'test', MONGODB_URI: uri.href };
    mongo = await mongoose.createConnection(uri.href).asPromise();
  });
  afterAll(async () => {
    await mongo.dropDatabase();
    await mongo.close();
  });

  const init = async (code = 0): Promise<Report[]> => {
    const run = await runCli('mongo-init', ['--json'], env);
    expect(run.code).toBe(code);
    return lastJson(run)['collections'] as Report[];
  };
  const statuses = (reports: Report[]) => [
    ...new Set(reports.flatMap(({ indexes }) => indexes.map(({ status }) => status))),
  ];

  it('creates every declared collection and index, and nothing the second time', async () => {
    const first = await init();
    expect(first.map(({ name, status }) => [name, status])).toEqual(
      DECLARED.collections.map(({ name }) => [name, 'created']),
    );
    expect(statuses(first)).toEqual(['created']);
    for (const { name, schema } of DECLARED.collections) {
      expect(await mongo.collection(name).indexes()).toHaveLength(schema.indexes().length + 1);
    }
    const second = await init();
    expect(second.map(({ status }) => status)).toEqual(DECLARED.collections.map(() => 'existing'));
    expect(statuses(second)).toEqual(['existing']);
  });

  it('works when two run at once', async () => {
    await mongo.dropDatabase();
    await Promise.all([init(), init()]);
    expect(statuses(await init())).toEqual(['existing']);
  });

  it('reports an index that means something else, leaves it alone and fails', async () => {
    const events = mongo.collection('analytics_events');
    await events.dropIndex('organization_id_1_message_id_1');
    await events.createIndex({ organization_id: 1, message_id: 1 });
    await events.createIndex({ of_nobody: 1 });
    const run = await runCli('mongo-init', [], env);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(
      'declared is organization_id, message_id (unique), there is organization_id, message_id',
    );
    expect(run.stderr).toContain("dropIndex('organization_id_1_message_id_1')");
    expect(run.stdout).toContain('1 differing, 1 undeclared');
    expect(
      (await events.indexes()).find(({ name }) => name === 'organization_id_1_message_id_1'),
    ).not.toHaveProperty('unique');
  });

  it('says what stands in the way of a unique index', async () => {
    const events = mongo.collection('analytics_events');
    await events.dropIndex('organization_id_1_message_id_1');
    await events.insertMany([
      { organization_id: 'o', message_id: 'm' },
      { organization_id: 'o', message_id: 'm' },
    ]);
    const run = await runCli('mongo-init', [], env);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('duplicates');
    expect(run.stderr).not.toContain('    at ');
    await events.deleteMany({});
    await init();
  });

  it('shows figures, and changes nothing', async () => {
    await mongo
      .collection('activity_logs')
      .insertMany(Array.from({ length: 20 }, (_, n) => ({ organization_id: 'o', user_id: `u${n}` })));
    await mongo.collection('activity_logs').find({ user_id: 'u3' }).toArray();
    await mongo.dropCollection('analytics_events');
    const run = await runCli('mongo-init', ['--stats', '--json'], env);
    expect(run.code).toBe(0);
    const figures = lastJson(run)['collections'] as Figures[];
    const logs = figures.find(({ name }) => name === 'activity_logs');
    expect(figures.map(({ name }) => name)).not.toContain('analytics_events');
    expect(logs).toMatchObject({ name: 'activity_logs', documents: 20 });
    const index = logs?.indexes.find(({ name }) => name.startsWith('user_id_1'));
    // A server that counts no uses says nothing: null, never an invented figure.
    expect([1, null]).toContain(index?.uses);
    const shown = await runCli('mongo-init', ['--stats'], env);
    expect(shown.stdout).toMatch(/activity_logs +20 /);
  });

  it('says what to do when MongoDB is not there or the URI is wrong', async () => {
    const down = await runCli('mongo-init', [], { MONGODB_URI: 'mongodb://u:secret@127.0.0.1:1/x' });
    expect(down.code).toBe(1);
    expect(down.stderr).toContain('MongoDB cannot be reached.');
    const wrong = await runCli('mongo-init', [], { MONGODB_URI: 'mongodb://127.0.0.1:1/x?bogusOption=1' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('cannot be understood');
    expect(down.stderr + wrong.stderr).not.toMatch(/secret| {4}at /);
  });
});
