-- The smallest UUIDv7 of a moment: 48 bits of milliseconds, the rest zero.
CREATE FUNCTION "outbox_first_id"("moment" timestamp with time zone) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT rpad(lpad(to_hex(greatest(0, floor(extract(epoch FROM moment) * 1000))::bigint), 12, '0'), 32, '0')::uuid
$$;
--> statement-breakpoint
-- The months of the event log that have a partition of their own; `end_id` is the first id of the next month.
CREATE FUNCTION "outbox_months"() RETURNS TABLE("name" text, "first_id" uuid, "end_id" uuid)
LANGUAGE sql STABLE AS $$
  SELECT bounds.name::text, bounds.parts[1]::uuid, bounds.parts[2]::uuid
  FROM (
    SELECT child.relname AS name,
      regexp_match(pg_get_expr(child.relpartbound, child.oid), 'FROM \(''([0-9a-f-]+)''\) TO \(''([0-9a-f-]+)''\)') AS parts
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'public.outbox_events'::regclass
  ) AS bounds
  WHERE bounds.parts IS NOT NULL
$$;
--> statement-breakpoint
-- From here on every event is there that ever was: older ones may have been dropped.
CREATE FUNCTION "outbox_log_beginning"() RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT first_id FROM public.outbox_months() ORDER BY first_id LIMIT 1),
    public.outbox_first_id(now()))
$$;
--> statement-breakpoint
-- Makes the partitions of the months from `first` to `last`, where they are missing, and moves into each what the
-- default partition had to take meanwhile. Returns how many it made.
CREATE FUNCTION "outbox_make_partitions"("first" timestamp with time zone, "last" timestamp with time zone) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  month timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
  made integer := 0;
  name text;
  lower_id uuid;
  upper_id uuid;
BEGIN
  WHILE month <= last AT TIME ZONE 'UTC' LOOP
    name := 'outbox_events_' || to_char(month, 'YYYY_MM');
    IF to_regclass('public.' || name) IS NULL THEN
      lower_id := public.outbox_first_id(month AT TIME ZONE 'UTC');
      upper_id := public.outbox_first_id((month + interval '1 month') AT TIME ZONE 'UTC');
      LOCK TABLE public.outbox_events_default IN ACCESS EXCLUSIVE MODE;
      EXECUTE format('CREATE TABLE public.%I (LIKE public.outbox_events INCLUDING DEFAULTS)', name);
      EXECUTE format(
        'WITH moved AS (DELETE FROM public.outbox_events_default WHERE id >= %L AND id < %L RETURNING *) '
        'INSERT INTO public.%I SELECT * FROM moved', lower_id, upper_id, name);
      EXECUTE format(
        'ALTER TABLE public.outbox_events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, lower_id, upper_id);
      made := made + 1;
    END IF;
    month := month + interval '1 month';
  END LOOP;
  RETURN made;
END
$$;
--> statement-breakpoint
ALTER TABLE "outbox_events" RENAME TO "outbox_events_whole";
--> statement-breakpoint
ALTER INDEX "outbox_events_pkey" RENAME TO "outbox_events_whole_pkey";
--> statement-breakpoint
ALTER INDEX "outbox_events_subject_user_id_type_idx" RENAME TO "outbox_events_whole_subject_user_id_type_idx";
--> statement-breakpoint
CREATE TABLE "outbox_events" (LIKE "outbox_events_whole" INCLUDING DEFAULTS) PARTITION BY RANGE ("id");
--> statement-breakpoint
ALTER TABLE "outbox_events" ADD CONSTRAINT "outbox_events_pkey" PRIMARY KEY ("id");
--> statement-breakpoint
CREATE INDEX "outbox_events_subject_user_id_type_idx" ON "outbox_events" USING btree ("subject_user_id","type") WHERE "outbox_events"."subject_user_id" is not null;
--> statement-breakpoint
-- What has no month of its own, so that an insert never fails.
CREATE TABLE "outbox_events_default" PARTITION OF "outbox_events" DEFAULT;
--> statement-breakpoint
-- A month for each event, but for ids that a wrong clock has made: the default partition takes what is older than this.
SELECT "outbox_make_partitions"(
  greatest(now() - interval '2 years', least(now(), to_timestamp(
    (SELECT ('x' || left(replace("id"::text, '-', ''), 12))::bit(48)::bigint / 1000.0
      FROM "outbox_events_whole" ORDER BY "id" LIMIT 1)))),
  now() + interval '3 months');
--> statement-breakpoint
INSERT INTO "outbox_events" SELECT * FROM "outbox_events_whole";
--> statement-breakpoint
DROP TABLE "outbox_events_whole";
