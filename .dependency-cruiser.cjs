/**
 * Who may import whom (run by `check:boundaries` and, with a tree of offenders, by test/architecture).
 * A name says what a file is: `*.table.ts` are Drizzle tables, `*.schema.ts` Mongoose schemas, `*.policy.ts` rules…
 */
const DRIZZLE_FILES = '[.](?:table|pg[.]repository|pg[.]read-model)[.]ts$';
const MONGOOSE_FILES = '[.](?:schema|mongo[.]repository)[.]ts$';
const OTHER_MODULE = '^src/modules/(?!$1/)[^/]+/';

/** What uses PostgreSQL, and what uses MongoDB. */
const POSTGRES_SIDE = `^src/stores/postgres/|${DRIZZLE_FILES}|node_modules/(?:postgres|drizzle-orm)/`;
const MONGO_SIDE = `^src/stores/mongo/|${MONGOOSE_FILES}|node_modules/(?:mongoose|mongodb|@nestjs/mongoose)/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'drizzle-in-its-place',
      comment: 'Queries stand in repositories and read models, which take the organisation first.',
      severity: 'error',
      from: { path: '^src/', pathNot: [DRIZZLE_FILES, '^src/stores/postgres/', '^src/flows/outbox/'] },
      to: { path: 'node_modules/drizzle-orm/' },
    },
    {
      name: 'postgres-driver-in-its-place',
      comment: 'The driver is opened by stores/postgres alone, which bounds its queue.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/stores/'] },
      to: { path: 'node_modules/postgres/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'mongoose-in-its-place',
      comment:
        'Documents are reached through schemas and Mongo repositories. @nestjs/mongoose may stand in a module file too, which ' +
        'registers the schemas. A projection writes through a repository, so that no flow needs mongoose itself.',
      severity: 'error',
      from: { path: '^src/', pathNot: [MONGOOSE_FILES, '^src/stores/mongo/'] },
      to: { path: 'node_modules/(?:mongoose|mongodb)/' },
    },
    {
      name: 'nestjs-mongoose-in-its-place',
      severity: 'error',
      from: { path: '^src/', pathNot: [MONGOOSE_FILES, '^src/stores/mongo/', '[.]module[.]ts$'] },
      to: { path: 'node_modules/@nestjs/mongoose/' },
    },
    {
      name: 'redis-in-its-place',
      comment: 'Every call to Redis goes through stores/redis, which gives it a time budget.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/stores/', '^src/cache/'] },
      to: { path: 'node_modules/(?:redis|@redis/[^/]+)/' },
    },
    {
      name: 'no-foreign-repository',
      comment:
        'A module asks another module through its service or read model; its repository knows no policy.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: `${OTHER_MODULE}.*[.](?:pg|mongo)[.]repository[.]ts$` },
    },
    {
      name: 'no-foreign-table',
      comment:
        "SQL alone may name another module's table: a foreign key, a join. Who writes into which table stands in " +
        'docs/data-ownership.md, and test/architecture compares it.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: [DRIZZLE_FILES] },
      to: { path: `${OTHER_MODULE}.*[.]table[.]ts$` },
    },
    {
      name: 'no-foreign-schema',
      comment: 'MongoDB has no joins: what another module keeps there is asked from that module.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: `${OTHER_MODULE}.*[.]schema[.]ts$` },
    },
    {
      name: 'no-foreign-internals',
      comment:
        'What a module offers: module, service, read model, guard, policy, errors, events, dto, response and its types.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: `${OTHER_MODULE}.*[.](?:controller|presenter)[.]ts$` },
    },
    {
      name: 'flows-know-no-feature',
      comment: 'A feature says in its manifest what the flows have to know of it (src/feature.ts).',
      severity: 'error',
      from: { path: '^src/(?:flows|cache)/' },
      to: { path: '^src/(?:modules/|features?[.]ts|declare[.]ts|app[.])' },
    },
    {
      name: 'common-stands-alone',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: '^src/(?:modules|flows|cache|stores|ops|cli|config)/' },
    },
    {
      name: 'stores-know-no-business',
      comment: 'Stores are connections. They may use common and config.',
      severity: 'error',
      from: { path: '^src/stores/' },
      to: { path: '^src/(?:modules|flows|cache|ops|cli)/' },
    },
    {
      name: 'embedded-stores-for-commands',
      comment: 'The service runs on the stores that it is given. Only commands start stores.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:cli|stores/embedded)/'] },
      to: { path: '^src/stores/embedded/' },
    },
    {
      name: 'config-stands-alone',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^src/(?:modules|flows|cache|stores|ops|cli)/' },
    },
    {
      name: 'nothing-uses-ops-or-cli',
      comment: 'Operation looks at the rest; only the entry points know it.',
      severity: 'error',
      from: { path: '^src/(?:modules|flows|cache)/' },
      to: { path: '^src/(?:ops|cli)/' },
    },
    {
      name: 'postgres-side-knows-no-mongo',
      comment:
        'Two stores in one file means a copy that nobody retries, orders or reconciles: that is what flows are for.',
      severity: 'error',
      from: { path: `^src/modules/.*${DRIZZLE_FILES}` },
      to: { path: MONGO_SIDE },
    },
    {
      name: 'mongo-side-knows-no-postgres',
      comment: 'As above. test/architecture holds the same for files of every other name.',
      severity: 'error',
      from: { path: `^src/modules/.*${MONGOOSE_FILES}` },
      to: { path: POSTGRES_SIDE },
    },
    {
      name: 'no-cycles',
      comment: 'Foreign keys may point both ways: users and organizations.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.]table[.]ts$'] },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      comment:
        'What runs in production must be installed there. pino-pretty and the embedded stores are looked for at run time.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:cli|stores/embedded|ops/logging)/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'type-import'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.cjs', '.js'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
