import { boolean, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { moment } from '../../stores/postgres/columns.js';
import { DEPLOYMENT_STATES } from './deployment-state.js';

const state = (name: string) => text(name, { enum: DEPLOYMENT_STATES });

/**
 * Deployments. `created_by` is no foreign key, because the record outlives the account, like an entry of an audit
 * trail.
 */
export const deployments = pgTable(
  'deployments',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    environment: text().notNull(),
    ref: text().notNull(),
    sha: text(),
    description: text(),
    metadata: jsonb().notNull().$type<Record<string, unknown>>(),
    autoInactive: boolean('auto_inactive').notNull(),
    state: state('state').notNull().default('pending'),
    deadlineAt: moment('deadline_at').notNull(),
    succeededAt: moment('succeeded_at'),
    createdBy: uuid('created_by').notNull(),
    rollbackOf: uuid('rollback_of'),
    sourceDeploymentId: uuid('source_deployment_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    index('deployments_organization_idx').on(table.organizationId, table.id),
    index('deployments_environment_idx').on(table.organizationId, table.environment, table.id),
    index('deployments_state_idx').on(table.organizationId, table.state, table.id),
    index('deployments_ref_idx').on(table.organizationId, table.ref, table.id),
    index('deployments_sha_idx').on(table.organizationId, table.sha, table.id),
    index('deployments_created_by_idx').on(table.organizationId, table.createdBy, table.id),
    // Finds the success before another one.
    index('deployments_succeeded_idx').on(table.organizationId, table.environment, table.succeededAt),
  ],
);

/** Every state of each deployment. Rows are only ever added. */
export const deploymentStatuses = pgTable(
  'deployment_statuses',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id').notNull(),
    deploymentId: uuid('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    state: state('state').notNull(),
    description: text(),
    logUrl: text('log_url'),
    environmentUrl: text('environment_url'),
    createdBy: uuid('created_by'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('deployment_statuses_deployment_id_idx').on(table.deploymentId, table.id)],
);

/**
 * The environments of an organisation and the active deployment of each. Every change of a deployment's state locks
 * the row.
 */
export const environments = pgTable(
  'environments',
  {
    organizationId: uuid('organization_id').notNull(),
    name: text().notNull(),
    activeDeploymentId: uuid('active_deployment_id').references(() => deployments.id, {
      onDelete: 'set null',
    }),
    lastState: state('last_state').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.name] }),
    foreignKey({ columns: [table.organizationId], foreignColumns: [organizations.id] }).onDelete('cascade'),
    index('environments_active_deployment_id_idx').on(table.activeDeploymentId),
  ],
);
