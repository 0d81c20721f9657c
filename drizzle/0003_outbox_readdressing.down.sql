-- Undoes 0003_outbox_readdressing.sql
DROP INDEX "outbox_queue_readdressing_idx";
--> statement-breakpoint
ALTER TABLE "outbox_queue" DROP COLUMN "readdressed_in";
