export { type AppliedMigration } from './applied-migrations.js';
export { dropEverything } from './drop-everything.js';
export { addressOf } from '../../../config/connections/connection-text.js';
export { withConnection } from './migration-connection.js';
export { type Migration, migrationsFolder, readMigrations, statementsOf } from './migration-files.js';
export { type MigrationState, migrationState, pendingMigrations, selectUpTo } from './migration-state.js';
export {
  MigrationError,
  MigrationFailed,
  type MigrationFault,
  MigrationLocked,
  MigrationsDisagree,
  PostgresNotUsable,
} from './migration.errors.js';
export {
  type MigrateOptions,
  migrateUp,
  rollback,
  type RollbackOptions,
  type UndoneMigration,
} from './migrator.js';
export { primaryKeys, runStatements } from './run-statements.js';
