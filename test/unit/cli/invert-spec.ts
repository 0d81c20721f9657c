import { describe, expect, it } from 'vitest';

import { downMigration, invertStatement } from '../../../src/cli/drizzle-kit/invert.js';

describe('invertStatement', () => {
  it.each([
    ['CREATE TABLE "a" (\n\t"id" uuid\n);', 'DROP TABLE "a";'],
    ['CREATE TABLE IF NOT EXISTS "s"."a" (', 'DROP TABLE "s"."a";'],
    [`CREATE TYPE "public"."mood" AS ENUM('a');`, 'DROP TYPE "public"."mood";'],
    ['CREATE SCHEMA "s";', 'DROP SCHEMA "s";'],
    ['CREATE UNIQUE INDEX "i" ON "a" USING btree (lower("x"));', 'DROP INDEX "i";'],
    ['CREATE INDEX "i" ON "s"."a" USING btree ("x");', 'DROP INDEX "s"."i";'],
    ['ALTER TABLE "a" ADD COLUMN "c" text NOT NULL;', 'ALTER TABLE "a" DROP COLUMN "c";'],
    [
      'ALTER TABLE "s"."a" ADD CONSTRAINT "k" FOREIGN KEY ("x") REFERENCES "b"("y");',
      'ALTER TABLE "s"."a" DROP CONSTRAINT "k";',
    ],
    ['ALTER TABLE "a" RENAME COLUMN "x" TO "y";', 'ALTER TABLE "a" RENAME COLUMN "y" TO "x";'],
    ['ALTER TABLE "a" RENAME TO "b";', 'ALTER TABLE "b" RENAME TO "a";'],
    ['ALTER TABLE "s"."a" RENAME TO "b";', 'ALTER TABLE "s"."b" RENAME TO "a";'],
    ['ALTER TABLE "a" ALTER COLUMN "x" SET NOT NULL;', 'ALTER TABLE "a" ALTER COLUMN "x" DROP NOT NULL;'],
    ['ALTER TABLE "a" ALTER COLUMN "x" DROP NOT NULL;', 'ALTER TABLE "a" ALTER COLUMN "x" SET NOT NULL;'],
    ['CREATE EXTENSION IF NOT EXISTS "pg_trgm";', '-- the extension "pg_trgm" is kept'],
  ])('undoes %s', (statement, inverse) => {
    expect(invertStatement(statement)).toBe(inverse);
  });

  it.each([
    ['DROP TABLE "a" CASCADE;'],
    ['ALTER TABLE "a" DROP COLUMN "x";'],
    ['ALTER TABLE "a" ALTER COLUMN "x" SET DATA TYPE bigint;'],
    ['ALTER TABLE "a" ALTER COLUMN "x" SET DEFAULT 1;'],
    [`ALTER TYPE "public"."mood" ADD VALUE 'b';`],
    ['UPDATE "a" SET "x" = 1;'],
  ])('does not pretend to undo %s', (statement) => {
    expect(invertStatement(statement)).toBeNull();
  });
});

describe('downMigration', () => {
  it('undoes in the reverse order', () => {
    const { sql, irreversible } = downMigration(
      '0001_x',
      'CREATE TABLE "a" ();\n--> statement-breakpoint\nCREATE INDEX "i" ON "a" ("x");',
    );
    expect(irreversible).toEqual([]);
    expect(sql).toBe('-- Undoes 0001_x.sql\nDROP INDEX "i";\n--> statement-breakpoint\nDROP TABLE "a";\n');
  });

  it('refuses before it undoes anything where one statement cannot be undone', () => {
    const { sql, irreversible } = downMigration(
      '0001_x',
      'CREATE TABLE "a" ();\n--> statement-breakpoint\nDROP TABLE "b";',
    );
    expect(irreversible).toEqual(['DROP TABLE "b";']);
    expect(sql.indexOf("RAISE EXCEPTION 'irreversible: 0001_x")).toBeGreaterThan(0);
    expect(sql.indexOf('RAISE EXCEPTION')).toBeLessThan(sql.indexOf('DROP TABLE "a"'));
    expect(sql).toContain('-- undo here: DROP TABLE "b";');
  });

  it('refuses to undo an empty one, which is written by hand', () => {
    expect(downMigration('0001_x', '-- by hand').sql).toContain('RAISE EXCEPTION');
  });
});
