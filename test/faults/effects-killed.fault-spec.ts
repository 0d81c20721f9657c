import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { newId } from '../../src/common/ids/ids.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('effects-killed');
const KILLS = run.size(6, 50);
const SCRIPT = path.resolve('test/faults/effects-process.mjs');

interface Document {
  _id: string;
  [field: string]: unknown;
}

/** Started again whenever it is killed. */
class EffectsProcess {
  readonly acknowledged: string[] = [];
  private child: ChildProcess | null = null;
  private readonly reaper = new Reaper();

  constructor(
    private readonly role: 'writer' | 'relay',
    private readonly env: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, [SCRIPT, this.role], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    if (child.pid !== undefined) this.reaper.watch(child.pid, 'SIGKILL');
    let isReady = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') isReady = true;
      else this.acknowledged.push(line);
    });
    await eventually(
      () => Promise.resolve(isReady),
      (ready) => ready,
      60_000,
    );
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const isGone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await isGone;
  }
}

describe(`a writer and two relays of effects, killed ${KILLS} times`, () => {
  const orgId = newId();
  let stores: TestStores;
  let mongo: mongoose.Connection;
  let processes: EffectsProcess[];

  beforeAll(async () => {
    stores = await createTestStores();
    mongo = await mongoose.createConnection(stores.config.mongo.uri).asPromise();
    const env = { ...stores.env, NOTES_ORG: orgId };
    processes = [
      new EffectsProcess('writer', env),
      new EffectsProcess('relay', env),
      new EffectsProcess('relay', env),
    ];
  });
  afterAll(async () => {
    for (const each of processes) await each.kill();
    await mongo.close();
    await stores.drop();
  });

  const all = (collection: string, filter: object): Promise<Document[]> =>
    mongo.collection<Document>(collection).find(filter).toArray();

  it('loses no effect of a stored change, and applies none twice', async () => {
    for (const each of processes) await each.start();
    for (let kills = 0; kills < KILLS; kills += 1) {
      await pause(run.between(100, 600));
      const victim = processes[kills % 2 === 0 ? 0 : run.between(1, 2)];
      await victim?.kill();
      await victim?.start();
    }
    const [writer] = processes;
    await writer?.kill();
    await eventually(
      () => mongo.collection('notes').countDocuments({ 'pending.0': { $exists: true } }),
      (count) => count === 0,
      60_000,
    );
    const entries = await all('activity_logs', { organization_id: orgId });
    const of = (what: string, noteId: string): number =>
      entries.filter((entry) => entry['event_type'] === `note.${what}` && entry['resource_id'] === noteId)
        .length;
    const acknowledged = writer?.acknowledged ?? [];
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    for (const line of acknowledged) {
      const [what = '', noteId = ''] = line.split(' ');
      expect([line, of(what, noteId)]).toEqual([line, 1]);
    }
    const left = await all('notes', { removed_at: null });
    for (const { _id, changes } of left) {
      const count = entries.filter((entry) => entry['resource_id'] === _id).length;
      expect([_id, count]).toEqual([_id, changes]);
    }
    const deleted = acknowledged.filter((line) => line.startsWith('deleted ')).map((line) => line.slice(8));
    expect(left.filter(({ _id }) => deleted.includes(_id))).toEqual([]);
    const [totals] = await all('note_totals', { _id: orgId });
    expect(totals?.['changes']).toBe(entries.length);
    expect(
      new Set(entries.map((entry) => JSON.stringify([entry['event_type'], entry['resource_id']]))).size,
    ).toBe(entries.length);
    run.report(`${acknowledged.length} acknowledged, ${entries.length} entries, none lost, none twice`);
  }, 300_000);
});
