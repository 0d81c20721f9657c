-- Undoes 0016_add_growth_indexes.sql
DROP INDEX "api_keys_enabled_idx";
--> statement-breakpoint
DROP INDEX "api_keys_environment_idx";
--> statement-breakpoint
DROP INDEX "api_keys_list_idx";
--> statement-breakpoint
DROP INDEX "sessions_organization_id_idx";
--> statement-breakpoint
DROP INDEX "users_role_idx";
--> statement-breakpoint
DROP INDEX "users_created_at_idx";
--> statement-breakpoint
CREATE INDEX "api_keys_organization_id_idx" ON "api_keys" USING btree ("organization_id");
