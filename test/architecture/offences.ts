/** One file that breaks one rule of `.dependency-cruiser.cjs`. */
export interface Offence {
  rule: string;
  from: string;
  imports: string;
}

/** For each rule the import that it must find. Targets in `src/` are made, packages are the installed ones. */
export const OFFENCES: readonly Offence[] = [
  { rule: 'drizzle-in-its-place', from: 'src/modules/a/a.service.ts', imports: 'drizzle-orm' },
  { rule: 'drizzle-in-its-place', from: 'src/flows/fallback/copy.ts', imports: 'drizzle-orm' },
  { rule: 'postgres-driver-in-its-place', from: 'src/modules/a/raw.ts', imports: 'postgres' },
  { rule: 'mongoose-in-its-place', from: 'src/modules/a/a.controller.ts', imports: 'mongoose' },
  { rule: 'nestjs-mongoose-in-its-place', from: 'src/modules/a/models.ts', imports: '@nestjs/mongoose' },
  { rule: 'redis-in-its-place', from: 'src/modules/a/limits.ts', imports: 'redis' },
  {
    rule: 'no-foreign-repository',
    from: 'src/modules/a/one.service.ts',
    imports: 'src/modules/b/b.pg.repository.ts',
  },
  {
    rule: 'no-foreign-repository',
    from: 'src/modules/a/two.service.ts',
    imports: 'src/modules/b/b.mongo.repository.ts',
  },
  { rule: 'no-foreign-table', from: 'src/modules/a/three.service.ts', imports: 'src/modules/b/b.table.ts' },
  {
    rule: 'no-foreign-schema',
    from: 'src/modules/a/a.mongo.repository.ts',
    imports: 'src/modules/b/b.schema.ts',
  },
  {
    rule: 'no-foreign-internals',
    from: 'src/modules/a/four.service.ts',
    imports: 'src/modules/b/b.controller.ts',
  },
  { rule: 'flows-know-no-feature', from: 'src/flows/projections/x.ts', imports: 'src/modules/b/b.ts' },
  { rule: 'flows-know-no-feature', from: 'src/cache/entry.ts', imports: 'src/features.ts' },
  { rule: 'common-stands-alone', from: 'src/common/http/page.ts', imports: 'src/cache/tags.ts' },
  {
    rule: 'stores-know-no-business',
    from: 'src/stores/redis/redis.ts',
    imports: 'src/flows/outbox/outbox.ts',
  },
  {
    rule: 'embedded-stores-for-commands',
    from: 'src/ops/health/stores.ts',
    imports: 'src/stores/embedded/index.ts',
  },
  { rule: 'config-stands-alone', from: 'src/config/parse.ts', imports: 'src/stores/gate.ts' },
  {
    rule: 'nothing-uses-ops-or-cli',
    from: 'src/modules/a/five.service.ts',
    imports: 'src/ops/health/readiness.ts',
  },
  {
    rule: 'postgres-side-knows-no-mongo',
    from: 'src/modules/a/a.pg.repository.ts',
    imports: 'src/stores/mongo/mongo.ts',
  },
  {
    rule: 'mongo-side-knows-no-postgres',
    from: 'src/modules/a/x.mongo.repository.ts',
    imports: 'src/stores/postgres/p.ts',
  },
  { rule: 'no-cycles', from: 'src/flows/circle/one.ts', imports: 'src/flows/circle/two.ts' },
  { rule: 'no-unresolvable', from: 'src/modules/a/broken.ts', imports: './absent.js' },
  { rule: 'no-dev-dependency', from: 'src/modules/a/tested.ts', imports: 'fast-check' },
];

/** What the rules must leave alone. */
export const PERMITTED: readonly Omit<Offence, 'rule'>[] = [
  { from: 'src/modules/a/a.table.ts', imports: 'src/modules/b/b.table.ts' },
  { from: 'src/modules/a/a.pg.read-model.ts', imports: 'src/modules/b/b.table.ts' },
  { from: 'src/modules/a/six.service.ts', imports: 'src/modules/b/b.service.ts' },
  { from: 'src/modules/a/seven.service.ts', imports: 'src/modules/b/b.pg.read-model.ts' },
  { from: 'src/modules/a/b.pg.repository.ts', imports: 'drizzle-orm' },
  { from: 'src/modules/a/a.schema.ts', imports: 'mongoose' },
  { from: 'src/stores/postgres/client.ts', imports: 'postgres' },
  { from: 'src/cache/shared.ts', imports: 'redis' },
  { from: 'src/ops/metrics/figures.ts', imports: 'src/flows/outbox/outbox.ts' },
];
