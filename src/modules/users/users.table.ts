import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { type AnyPgColumn, boolean, index, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { caseFolded } from '../../stores/postgres/case-folded.js';
import { moment } from '../../stores/postgres/columns.js';
import { PLATFORM_ROLES } from '../../common/http/principal.js';
import { organizations } from '../organizations/organizations.table.js';

/** SHA-256 of a folded address, the only form in which the address of a payment provider's customer is stored. */
export const emailDigest = (column: SQLWrapper): SQL =>
  sql`sha256(replace(${caseFolded(column)}, '\\', '\\\\')::bytea)`;

export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey(),
    /** The organisation that manages the account. Only its admins may change or delete it. */
    organizationId: uuid('organization_id')
      .notNull()
      .references((): AnyPgColumn => organizations.id),
    email: text().notNull(),
    /** False for a changed address until its person has confirmed it. Until then, an invitation to it is not theirs. */
    isEmailConfirmed: boolean('is_email_confirmed').notNull().default(true),
    username: text().notNull(),
    /** A PHC string. Any other imported text is kept but can never be used to log in. Null: no password yet. */
    passwordHash: text('password_hash'),
    avatar: text(),
    /** An IANA name. It defines when the days of the account begin and end. */
    timeZone: text('time_zone').notNull().default('UTC'),
    role: text({ enum: PLATFORM_ROLES }).notNull().default('user'),
    lastLoginAt: moment('last_login_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('users_email_key').on(caseFolded(table.email)),
    uniqueIndex('users_username_key').on(caseFolded(table.username)),
    index('users_email_digest_idx').on(emailDigest(table.email)),
    index('users_organization_id_idx').on(table.organizationId),
    index('users_created_at_idx').on(table.createdAt),
    index('users_role_idx')
      .on(table.organizationId, table.role)
      .where(sql`${table.role} <> 'user'`),
    index('users_email_trgm_idx').using('gin', sql`${caseFolded(table.email)} gin_trgm_ops`),
    index('users_username_trgm_idx').using('gin', sql`${caseFolded(table.username)} gin_trgm_ops`),
  ],
);
