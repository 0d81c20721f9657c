CREATE TABLE "spool" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "spool_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"collection" text NOT NULL,
	"aggregate" text NOT NULL,
	"document" "bytea" NOT NULL,
	"subject_user_id" uuid,
	"tags" text[] NOT NULL,
	"accepted_at" timestamp (3) with time zone NOT NULL,
	"available_at" timestamp with time zone NOT NULL,
	"lease_owner" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"is_delivered" boolean DEFAULT false NOT NULL,
	"dead_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "spool_pending_idx" ON "spool" USING btree ("position") WHERE not "spool"."is_delivered" and "spool"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "spool_pending_aggregate_idx" ON "spool" USING btree ("aggregate","position") WHERE not "spool"."is_delivered" and "spool"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "spool_stale_tags_idx" ON "spool" USING btree ("position") WHERE "spool"."is_delivered";--> statement-breakpoint
CREATE INDEX "spool_dead_idx" ON "spool" USING btree ("dead_at","id") WHERE "spool"."dead_at" is not null;