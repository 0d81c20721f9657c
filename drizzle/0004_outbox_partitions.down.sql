-- Undoes 0004_outbox_partitions.sql
ALTER TABLE "outbox_events" RENAME TO "outbox_events_parted";
--> statement-breakpoint
ALTER INDEX "outbox_events_pkey" RENAME TO "outbox_events_parted_pkey";
--> statement-breakpoint
ALTER INDEX "outbox_events_subject_user_id_type_idx" RENAME TO "outbox_events_parted_subject_user_id_type_idx";
--> statement-breakpoint
CREATE TABLE "outbox_events" (LIKE "outbox_events_parted" INCLUDING DEFAULTS);
--> statement-breakpoint
INSERT INTO "outbox_events" SELECT * FROM "outbox_events_parted";
--> statement-breakpoint
ALTER TABLE "outbox_events" ADD CONSTRAINT "outbox_events_pkey" PRIMARY KEY ("id");
--> statement-breakpoint
CREATE INDEX "outbox_events_subject_user_id_type_idx" ON "outbox_events" USING btree ("subject_user_id","type") WHERE "outbox_events"."subject_user_id" is not null;
--> statement-breakpoint
DROP TABLE "outbox_events_parted";
--> statement-breakpoint
DROP FUNCTION "outbox_make_partitions"(timestamp with time zone, timestamp with time zone);
--> statement-breakpoint
DROP FUNCTION "outbox_log_beginning"();
--> statement-breakpoint
DROP FUNCTION "outbox_months"();
--> statement-breakpoint
DROP FUNCTION "outbox_first_id"(timestamp with time zone);
