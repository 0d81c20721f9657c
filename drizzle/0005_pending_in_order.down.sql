-- Undoes 0005_pending_in_order.sql
DROP INDEX "spool_pending_idx";
--> statement-breakpoint
DROP INDEX "outbox_queue_pending_idx";
--> statement-breakpoint
CREATE INDEX "spool_pending_idx" ON "spool" USING btree ("position") WHERE not "spool"."is_delivered" and "spool"."dead_at" is null;
--> statement-breakpoint
CREATE INDEX "outbox_queue_pending_idx" ON "outbox_queue" USING btree ("position") WHERE not "outbox_queue"."is_delivered" and "outbox_queue"."dead_at" is null;
