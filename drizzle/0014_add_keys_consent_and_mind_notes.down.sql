-- Undoes 0014_add_keys_consent_and_mind_notes.sql
DROP INDEX "api_keys_parent_id_idx";
--> statement-breakpoint
DROP INDEX "api_keys_created_by_idx";
--> statement-breakpoint
DROP INDEX "api_keys_organization_id_created_by_idx";
--> statement-breakpoint
DROP INDEX "users_email_digest_idx";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_parent_id_api_keys_id_fk";
--> statement-breakpoint
DROP INDEX "agreement_differences_changed_since_idx";
--> statement-breakpoint
DROP INDEX "api_key_secrets_api_key_id_idx";
--> statement-breakpoint
DROP INDEX "api_key_secrets_key_hash_key";
--> statement-breakpoint
DROP INDEX "email_confirmations_token_hash_key";
--> statement-breakpoint
DROP INDEX "data_keys_wrapping_key_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_user_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_id_key";
--> statement-breakpoint
DROP INDEX "invitations_invited_by_idx";
--> statement-breakpoint
DROP INDEX "invitations_expires_at_idx";
--> statement-breakpoint
DROP INDEX "invitations_email_idx";
--> statement-breakpoint
DROP INDEX "invitations_organization_id_email_key";
--> statement-breakpoint
DROP INDEX "invitations_token_hash_key";
--> statement-breakpoint
DROP INDEX "entry_reservations_user_id_idx";
--> statement-breakpoint
DROP INDEX "entry_reservations_owner_idx";
--> statement-breakpoint
DROP INDEX "mood_categories_user_id_idx";
--> statement-breakpoint
DROP INDEX "mood_categories_list_idx";
--> statement-breakpoint
DROP INDEX "mood_categories_name_key";
--> statement-breakpoint
DROP INDEX "prompts_category_id_idx";
--> statement-breakpoint
DROP INDEX "tags_user_id_idx";
--> statement-breakpoint
DROP INDEX "tags_list_idx";
--> statement-breakpoint
DROP INDEX "tags_name_key";
--> statement-breakpoint
ALTER TABLE "api_key_secrets" DROP CONSTRAINT "api_key_secrets_api_key_id_api_keys_id_fk";
--> statement-breakpoint
ALTER TABLE "api_key_credits" DROP CONSTRAINT "api_key_credits_api_key_id_api_keys_id_fk";
--> statement-breakpoint
ALTER TABLE "email_confirmations" DROP CONSTRAINT "email_confirmations_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "invitations" DROP CONSTRAINT "invitations_invited_by_users_id_fk";
--> statement-breakpoint
ALTER TABLE "invitations" DROP CONSTRAINT "invitations_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "entry_reservations" DROP CONSTRAINT "entry_reservations_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "entry_reservations" DROP CONSTRAINT "entry_reservations_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "mood_categories" DROP CONSTRAINT "mood_categories_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "mood_categories" DROP CONSTRAINT "mood_categories_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "tags" DROP CONSTRAINT "tags_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "tags" DROP CONSTRAINT "tags_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "outbox_events" DROP COLUMN "content";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "last_used_at";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "metadata";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "rate_window_seconds";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "rate_limit";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "enabled";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "flag_environment";
--> statement-breakpoint
ALTER TABLE "api_keys" DROP COLUMN "parent_id";
--> statement-breakpoint
ALTER TABLE "sessions" DROP COLUMN "last_seen_at";
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "time_zone";
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "is_email_confirmed";
--> statement-breakpoint
DROP TABLE "agreement_looks";
--> statement-breakpoint
DROP TABLE "agreement_differences";
--> statement-breakpoint
DROP TABLE "api_key_secrets";
--> statement-breakpoint
DROP TABLE "api_key_credits";
--> statement-breakpoint
DROP TABLE "email_confirmations";
--> statement-breakpoint
DROP TABLE "data_keys";
--> statement-breakpoint
DROP TABLE "invitations";
--> statement-breakpoint
DROP TABLE "entry_reservations";
--> statement-breakpoint
DROP TABLE "mood_categories";
--> statement-breakpoint
DROP TABLE "prompts";
--> statement-breakpoint
DROP TABLE "tags";
