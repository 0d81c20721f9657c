-- Undoes 0007_password_resets.sql
DROP INDEX "password_resets_token_hash_key";
--> statement-breakpoint
ALTER TABLE "password_resets" DROP CONSTRAINT "password_resets_user_id_users_id_fk";
--> statement-breakpoint
DROP TABLE "password_resets";
