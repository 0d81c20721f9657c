-- Undoes 0015_add_mind_notes.sql
DROP INDEX "data_keys_wrapping_key_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_user_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_id_key";
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
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_organization_id_organizations_id_fk";
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
ALTER TABLE "users" DROP COLUMN "time_zone";
--> statement-breakpoint
DROP TABLE "data_keys";
--> statement-breakpoint
DROP TABLE "entry_reservations";
--> statement-breakpoint
DROP TABLE "mood_categories";
--> statement-breakpoint
DROP TABLE "prompts";
--> statement-breakpoint
DROP TABLE "tags";
