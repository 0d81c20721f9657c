-- Undoes 0014_add_field_encryption.sql
DROP INDEX "data_keys_wrapping_key_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_user_id_idx";
--> statement-breakpoint
DROP INDEX "data_keys_id_key";
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "data_keys" DROP CONSTRAINT "data_keys_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "data_keys";
