import type { Sql, TransactionSql } from 'postgres';
import { z } from 'zod';

type Client = Sql | TransactionSql;

const tableShape = z.object({
  name: z.string(),
  /** The name with its schema, quoted if needed. */
  qualified: z.string(),
  /** Without generated columns. */
  columns: z.array(z.object({ name: z.string(), quoted: z.string(), type: z.string() })),
});
export type CatalogTable = z.infer<typeof tableShape>;

/** The tables of `public` that hold rows of the service, by name. Partitions are part of their table. */
export async function tablesOf(sql: Client): Promise<CatalogTable[]> {
  const rows = await sql`
    select c.relname as name, format('%I.%I', n.nspname, c.relname) as qualified, (
      select coalesce(json_agg(json_build_object('name', a.attname, 'quoted', quote_ident(a.attname),
        'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum), '[]')
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    ) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relname`;
  return z.array(tableShape).parse([...rows]);
}

const partitionShape = z.object({ name: z.string(), parent: z.string(), bound: z.string() });
export type CatalogPartition = z.infer<typeof partitionShape>;

/** Partitions are created while the service runs, so migrations alone do not recreate them. */
export async function partitionsOf(sql: Client): Promise<CatalogPartition[]> {
  const rows = await sql`
    select child.relname as name, parent.relname as parent, pg_get_expr(child.relpartbound, child.oid) as bound
    from pg_inherits i join pg_class child on child.oid = i.inhrelid join pg_class parent on parent.oid = i.inhparent
    where child.relispartition and child.relkind = 'r' and child.relnamespace = 'public'::regnamespace
    order by child.relname`;
  return z.array(partitionShape).parse([...rows]);
}

/** `value` is the next one if `is_called` is false. Read outside of any snapshot, so it is never behind the rows. */
export async function sequencesOf(
  sql: Client,
): Promise<{ name: string; value: string; is_called: boolean }[]> {
  return sql<{ name: string; value: string; is_called: boolean }[]>`
    select format('%I.%I', schemaname, sequencename) as name, coalesce(last_value, start_value)::text as value,
      last_value is not null as is_called
    from pg_sequences where schemaname = 'public' order by 1`;
}

/** The first table that has a row. Null if none has. The table of migrations does not count. */
export async function firstTableWithRows(sql: Client): Promise<string | null> {
  const tables = await sql<{ qualified: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as qualified
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not in ('information_schema', 'triptych_migrations') and n.nspname !~ '^pg_'
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1`;
  for (const { qualified } of tables) {
    const rows = await sql.unsafe(`select 1 from ${qualified} limit 1`);
    if (rows.length > 0) return qualified;
  }
  return null;
}

/** The service's sessions on this database, except the session of this command. */
export async function sessionsOfService(sql: Client): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and application_name in ('triptych', 'triptych-outbox', 'triptych-liveness')
    order by pid`;
  return rows.map(({ pid }) => pid);
}
