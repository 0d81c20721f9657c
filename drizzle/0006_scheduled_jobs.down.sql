-- Undoes 0006_scheduled_jobs.sql
DROP INDEX "scheduled_jobs_dead_idx";
--> statement-breakpoint
DROP INDEX "scheduled_jobs_due_idx";
--> statement-breakpoint
DROP INDEX "scheduled_jobs_periodic_key";
--> statement-breakpoint
DROP INDEX "scheduled_jobs_key_key";
--> statement-breakpoint
DROP TABLE "scheduled_jobs";
