/**
 * A process of its own for `effects-killed`, on the built code: `writer` changes notes and says on standard output which
 * changes it has acknowledged; `relay` applies what writers have left.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const [role] = process.argv.slice(2);
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const [
  { CacheModule },
  { CommonModule },
  { ConfigModule },
  { parseConfig },
  { DECLARED },
  { FlowsModule },
  { Effects },
  { carrying, deletedWith, PRESENT, withEffects },
  { activityEffects, newActivityEffect },
  { Mongo },
  { MongoModule },
  { PostgresModule },
  { RedisModule },
  { newId },
] = await Promise.all(
  [
    'cache/cache.module.js',
    'common/common.module.js',
    'config/config.module.js',
    'config/parse-config.js',
    'declare.js',
    'flows/flows.module.js',
    'flows/effects/effects.js',
    'flows/effects/carrying.js',
    'modules/activity/activity.effects.js',
    'stores/mongo/mongo.js',
    'stores/mongo/mongo.module.js',
    'stores/postgres/postgres.module.js',
    'stores/redis/redis.module.js',
    'common/ids/ids.js',
  ].map(built),
);

const counted = {
  kind: 'note.counted',
  writes: ({ _id, organization_id: orgId }) => [
    { collection: 'note_totals', applyOnce: { _id: orgId, by: _id, update: { $inc: { changes: 1 } } } },
  ],
  tags: () => [],
};
const notes = {
  name: 'notes',
  schema: { indexes: () => [[{ 'pending._id': 1 }, { sparse: true }]] },
  resource: 'notes',
  effects: [activityEffects, counted],
  ofOrganization: 'deleted',
  ofAccount: [],
};

class EffectsProcess {}
Module({
  imports: [
    ConfigModule.forRoot(parseConfig({ ...process.env, PROCESS_ROLE: role === 'relay' ? 'worker' : 'api' })),
    CommonModule,
    PostgresModule,
    MongoModule,
    RedisModule,
    CacheModule,
    FlowsModule.forRoot({ ...DECLARED, collections: [...DECLARED.collections, notes] }),
  ],
})(EffectsProcess);

const app = await NestFactory.createApplicationContext(EffectsProcess, {
  logger: false,
  abortOnError: false,
});
const effects = app.get(Effects);
const mongo = app.get(Mongo);
while (!(await mongo.liveness.check())) await pause(50);
const collection = mongo.connection.db.collection('notes');
const orgId = process.env['NOTES_ORG'];
const actor = { orgId, userId: newId(), apiKeyId: null };

function effectsOf(noteId, what) {
  const change = {
    event_type: `note.${what}`,
    resource_type: 'note',
    resource_id: noteId,
    tags: [`o:${orgId}:notes`],
    at: new Date(),
  };
  return [newActivityEffect(actor, change), { ...newActivityEffect(actor, change), kind: counted.kind }];
}

async function changeNotes() {
  const _id = newId();
  const created = effectsOf(_id, 'created');
  await collection.insertOne(carrying({ _id, organization_id: orgId, changes: 1 }, ...created));
  await effects.deliver(notes, _id, created);
  console.log(`created ${_id}`);
  const updated = effectsOf(_id, 'updated');
  await collection.updateOne({ _id, ...PRESENT }, withEffects({ $inc: { changes: 1 } }, ...updated));
  await effects.deliver(notes, _id, updated);
  console.log(`updated ${_id}`);
  if (Math.random() < 0.5) return;
  const deleted = effectsOf(_id, 'deleted');
  await collection.updateOne({ _id, ...PRESENT }, deletedWith(...deleted));
  await effects.remove(notes, _id, deleted);
  console.log(`deleted ${_id}`);
}

console.log('ready');
if (role === 'writer')
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (;;) await changeNotes();
    }),
  );
