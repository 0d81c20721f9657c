import { openClient } from '../../../stores/postgres/client.js';
import { isPostgresConnectivityError } from '../../../stores/postgres/postgres-errors.js';
import { CommandFailed } from '../../terminal/explained.js';
import type { MovedKindName, SourceRow } from '../moved-record.js';
import type { Source } from './source.js';

/** `id` may be of any type that has an order: bigint, uuid, text. */
const SELECTED: Readonly<Record<MovedKindName, string>> = {
  users: 'email, username, password_hash, time_zone, created_at',
  tags: 'user_id::text as user_id, name, created_at',
  mood_categories: 'user_id::text as user_id, name, created_at',
  mood_entries: `user_id::text as user_id, category_id::text as category_id, intensity, factors, note, recorded_at, created_at`,
  journal_entries: `user_id::text as user_id, title, content, entry_type, entry_date::text as entry_date, is_favorite,
    mood_id::text as mood_id, photos, voice_notes, prompt_responses, created_at, updated_at,
    (select coalesce(json_agg(tagged.tag_id::text order by tagged.tag_id), '[]')
      from journal_entry_tags tagged where tagged.entry_id = record.id) as tag_ids`,
  focus_sessions: `user_id::text as user_id, session_type, planned_duration_seconds, elapsed_seconds, state, pauses,
    productivity_rating, started_at, ended_at, created_at`,
};

/** Runs `work` on a source in PostgreSQL. Throws `CommandFailed` where it cannot be read, or is no source. */
export async function withPostgresSource<T>(
  url: string,
  name: string,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const client = openClient({
    url,
    max: 1,
    prepare: false,
    isPooled: true,
    applicationName: 'triptych-move',
  });
  const read = async (kind: MovedKindName, after: string | null, size: number) => {
    const from = after === null ? '' : 'where record.id > $2';
    const statement = `select record.id::text as id, ${SELECTED[kind]} from ${kind} record ${from} order by record.id limit $1`;
    try {
      return await client.sql.unsafe<Record<string, unknown>[]>(
        statement,
        after === null ? [size] : [size, after],
      );
    } catch (error) {
      throw explained(kind, error);
    }
  };
  async function* batches(kind: MovedKindName, size: number): AsyncGenerator<SourceRow[]> {
    for (let after: string | null = null; ;) {
      const rows: SourceRow[] = (await read(kind, after, size)).map(({ id, ...fields }) => ({
        id: String(id),
        fields,
      }));
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      if (rows.length < size) return;
      after = last.id;
    }
  }
  try {
    return await work({ name, batches });
  } finally {
    await client.close(5);
  }
}

function explained(kind: MovedKindName, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = { cause: error };
  if (isPostgresConnectivityError(error))
    return new CommandFailed('The source cannot be reached.', error.message, ['correct --postgres'], cause);
  return new CommandFailed(
    `The table ${kind} of the source cannot be read.`,
    error.message,
    ['give the source the schema of docs/migrating.md: views with these names and columns will do'],
    cause,
  );
}
