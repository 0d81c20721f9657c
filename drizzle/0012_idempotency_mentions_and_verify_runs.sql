-- What was kept before can be guessed from outside, and an erasure does not find it: keys of the last day are forgotten.
DELETE FROM "idempotency_keys";
--> statement-breakpoint
CREATE TABLE "verify_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"heard_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "mentions" text[] NOT NULL;--> statement-breakpoint
CREATE INDEX "verify_runs_started_at_idx" ON "verify_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_principal_idx" ON "idempotency_keys" USING btree ("principal");--> statement-breakpoint
CREATE INDEX "idempotency_keys_mentions_idx" ON "idempotency_keys" USING gin ("mentions");