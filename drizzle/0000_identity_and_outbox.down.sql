-- Undoes 0000_identity_and_outbox.sql
DROP INDEX "users_username_trgm_idx";
--> statement-breakpoint
DROP INDEX "users_email_trgm_idx";
--> statement-breakpoint
DROP INDEX "users_organization_id_idx";
--> statement-breakpoint
DROP INDEX "users_username_key";
--> statement-breakpoint
DROP INDEX "users_email_key";
--> statement-breakpoint
DROP INDEX "sessions_user_id_created_at_idx";
--> statement-breakpoint
DROP INDEX "sessions_token_hash_key";
--> statement-breakpoint
DROP INDEX "organizations_slug_key";
--> statement-breakpoint
DROP INDEX "memberships_organization_id_created_at_idx";
--> statement-breakpoint
DROP INDEX "memberships_user_id_idx";
--> statement-breakpoint
DROP INDEX "idempotency_keys_created_at_idx";
--> statement-breakpoint
DROP INDEX "api_keys_organization_id_idx";
--> statement-breakpoint
DROP INDEX "api_keys_key_hash_key";
--> statement-breakpoint
DROP INDEX "outbox_queue_dead_idx";
--> statement-breakpoint
DROP INDEX "outbox_queue_stale_tags_idx";
--> statement-breakpoint
DROP INDEX "outbox_queue_pending_aggregate_idx";
--> statement-breakpoint
DROP INDEX "outbox_queue_pending_idx";
--> statement-breakpoint
DROP INDEX "outbox_events_subject_user_id_type_idx";
--> statement-breakpoint
ALTER TABLE "users" DROP CONSTRAINT "users_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "sessions" DROP CONSTRAINT "sessions_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "memberships" DROP CONSTRAINT "memberships_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "memberships" DROP CONSTRAINT "memberships_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_created_by_users_id_fk";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "users";
--> statement-breakpoint
DROP TABLE "sessions";
--> statement-breakpoint
DROP TABLE "organizations";
--> statement-breakpoint
DROP TABLE "memberships";
--> statement-breakpoint
DROP TABLE "idempotency_keys";
--> statement-breakpoint
DROP TABLE "api_keys";
--> statement-breakpoint
DROP TABLE "outbox_queue";
--> statement-breakpoint
DROP TABLE "outbox_events";
--> statement-breakpoint
-- the extension "pg_trgm" is kept
