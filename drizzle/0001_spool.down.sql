-- Undoes 0001_spool.sql
DROP INDEX "spool_dead_idx";
--> statement-breakpoint
DROP INDEX "spool_stale_tags_idx";
--> statement-breakpoint
DROP INDEX "spool_pending_aggregate_idx";
--> statement-breakpoint
DROP INDEX "spool_pending_idx";
--> statement-breakpoint
DROP TABLE "spool";
