CREATE TABLE "scheduled_jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"job" text NOT NULL,
	"organization_id" uuid,
	"key" text NOT NULL,
	"payload" jsonb,
	"due_at" timestamp (3) with time zone NOT NULL,
	"available_at" timestamp with time zone NOT NULL,
	"lease_owner" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"scheduled_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"dead_at" timestamp (3) with time zone,
	"every_ms" bigint,
	"last_run_at" timestamp (3) with time zone,
	"last_outcome" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "scheduled_jobs_key_key" ON "scheduled_jobs" USING btree ("organization_id","job","key") WHERE "scheduled_jobs"."organization_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "scheduled_jobs_periodic_key" ON "scheduled_jobs" USING btree ("job") WHERE "scheduled_jobs"."organization_id" is null;--> statement-breakpoint
CREATE INDEX "scheduled_jobs_due_idx" ON "scheduled_jobs" USING btree ("job","available_at","id") WHERE "scheduled_jobs"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "scheduled_jobs_dead_idx" ON "scheduled_jobs" USING btree ("dead_at","id") WHERE "scheduled_jobs"."dead_at" is not null;