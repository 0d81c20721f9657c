import mongoose from 'mongoose';
import postgres from 'postgres';

import { hashPassword } from '../../src/common/crypto/passwords.js';

/** The schema of docs/migrating.md. */
const SCHEMA = `
  create table users (
    id bigint primary key, email text not null, username text not null, password_hash text, time_zone text,
    created_at timestamptz not null);
  create table tags (id bigint primary key, user_id bigint not null, name text not null, created_at timestamptz not null);
  create table mood_categories (
    id bigint primary key, user_id bigint not null, name text not null, created_at timestamptz not null);
  create table mood_entries (
    id bigint primary key, user_id bigint not null, category_id bigint, intensity int not null, factors jsonb, note text,
    recorded_at timestamptz not null, created_at timestamptz);
  create table journal_entries (
    id bigint primary key, user_id bigint not null, title text, content text, entry_type text, entry_date date not null,
    is_favorite boolean, mood_id bigint, photos jsonb, voice_notes jsonb, prompt_responses jsonb,
    created_at timestamptz not null, updated_at timestamptz);
  create table journal_entry_tags (
    entry_id bigint not null, tag_id bigint not null, primary key (entry_id, tag_id));
  create table focus_sessions (
    id bigint primary key, user_id bigint not null, session_type text, planned_duration_seconds int,
    elapsed_seconds int, state text, pauses jsonb, productivity_rating int, started_at timestamptz,
    ended_at timestamptz, created_at timestamptz)`;

const JSON_COLUMNS = new Set(['factors', 'photos', 'voice_notes', 'prompt_responses', 'pauses']);
const INSERTED_AT_ONCE = 500;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2019, 0, 1, 8);

type Row = Record<string, unknown> & { id: number };
export type SourceTables = Record<string, Row[]>;

export const SOURCE_PASSWORD = 'correct horse battery';

/** A journaling database with so many entries; a person has some hundred of them. */
export async function journalTables(entries: number): Promise<SourceTables> {
  const passwordHash = await hashPassword(SOURCE_PASSWORD);
  const people = Math.max(3, Math.ceil(entries / 200));
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const personOf = (id: number) => ((id - 1) % people) + 1;
  const at = (id: number, hours = 0) => new Date(FIRST_DAY + (id % 2_000) * DAY_MS + hours * 3_600_000 + id);
  // Tags, categories and moods of a person: those whose ids have its remainder.
  return {
    users: ids(people).map((id) => ({
      ...{ id, email: `Person${id}@old.example`, username: `old-person-${id}` },
      ...{
        password_hash: passwordHash,
        time_zone: id % 2 === 0 ? 'Europe/Berlin' : null,
        created_at: at(id),
      },
    })),
    tags: ids(people * 2).map((id) => ({
      ...{ id, user_id: personOf(id), name: `Tag ${id}`, created_at: at(id) },
    })),
    mood_categories: ids(people * 2).map((id) => ({
      ...{ id, user_id: personOf(id), name: `Category ${id}`, created_at: at(id) },
    })),
    mood_entries: ids(Math.max(people, Math.ceil(entries / 3))).map((id) => ({
      ...{ id, user_id: personOf(id), category_id: personOf(id), intensity: (id % 10) + 1 },
      ...{ factors: [{ name: 'Sleep', value: 'good' }], note: id % 2 === 0 ? `Mood note ${id}` : null },
      ...{ recorded_at: at(id, 3), created_at: at(id, 3) },
    })),
    journal_entries: ids(entries).map((id) => ({
      ...{
        id,
        user_id: personOf(id),
        title: `Day ${id}`,
        content: `A walk along the old canal, number${id}.`,
      },
      ...{ entry_type: 'text', entry_date: at(id).toISOString().slice(0, 10), is_favorite: id % 7 === 0 },
      ...{ mood_id: id % 5 === 0 ? personOf(id) : null, tag_ids: id % 3 === 0 ? [personOf(id)] : [] },
      ...{ photos: id % 4 === 0 ? [{ image_url: '/media/photo.jpg', caption: 'Sunset' }] : [] },
      ...{ voice_notes: [], prompt_responses: [], created_at: at(id), updated_at: at(id, 1) },
    })),
    focus_sessions: ids(Math.ceil(entries / 5)).map((id) => ({
      ...{ id, user_id: personOf(id), session_type: 'pomodoro', planned_duration_seconds: 1_500 },
      ...{ elapsed_seconds: 1_200, state: id % 4 === 0 ? 'abandoned' : 'completed' },
      ...{ pauses: [{ started_at: at(id, 1).toISOString(), ended_at: at(id + 0, 1).toISOString() }] },
      ...{ productivity_rating: id % 4 === 0 ? null : 4, started_at: at(id), ended_at: at(id, 2) },
      ...{ created_at: at(id) },
    })),
  };
}

/** A database of PostgreSQL with these tables, on the server of `url`. */
export async function postgresSource(url: string, name: string, tables: SourceTables) {
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name}`);
  const place = new URL(url);
  place.pathname = `/${name}`;
  const sql = postgres(place.toString(), {
    max: 1,
    onnotice: () => undefined,
    transform: { undefined: null },
  });
  await sql.unsafe(SCHEMA);
  const insert = async (table: string, rows: readonly Record<string, unknown>[]) => {
    for (let from = 0; from < rows.length; from += INSERTED_AT_ONCE)
      await sql`insert into ${sql(table)} ${sql(
        rows
          .slice(from, from + INSERTED_AT_ONCE)
          .map((row) =>
            Object.fromEntries(
              Object.entries(row).map(([column, value]) => [
                column,
                JSON_COLUMNS.has(column) && value !== null ? sql.json(value as never) : value,
              ]),
            ),
          ) as never,
      )}`;
  };
  for (const [table, rows] of Object.entries(tables)) {
    await insert(
      table,
      rows.map(({ tag_ids: _tags, ...row }) => row),
    );
    const tagged = rows.flatMap((row) =>
      ((row['tag_ids'] ?? []) as number[]).map((tag_id) => ({ entry_id: row.id, tag_id })),
    );
    await insert('journal_entry_tags', tagged);
  }
  return {
    url: place.toString(),
    sql,
    drop: async () => {
      await sql.end();
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}

/** The same as collections, on the server of `uri`. */
export async function mongoSource(uri: string, name: string, tables: SourceTables) {
  const place = new URL(uri);
  place.pathname = `/${name}`;
  const connection = await mongoose.createConnection(place.toString()).asPromise();
  for (const [collection, rows] of Object.entries(tables))
    await connection
      .collection(collection)
      .insertMany(rows.map(({ id, ...fields }) => ({ _id: id as never, ...fields })));
  return {
    uri: place.toString(),
    drop: async () => {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
