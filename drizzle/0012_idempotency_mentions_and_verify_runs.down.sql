-- Undoes 0012_idempotency_mentions_and_verify_runs.sql
DROP INDEX "idempotency_keys_mentions_idx";
--> statement-breakpoint
DROP INDEX "idempotency_keys_principal_idx";
--> statement-breakpoint
DROP INDEX "verify_runs_started_at_idx";
--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP COLUMN "mentions";
--> statement-breakpoint
DROP TABLE "verify_runs";
