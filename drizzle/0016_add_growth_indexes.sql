DROP INDEX "api_keys_organization_id_idx";--> statement-breakpoint
CREATE INDEX "users_created_at_idx" ON "users" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "users_role_idx" ON "users" USING btree ("organization_id","role") WHERE "users"."role" <> 'user';--> statement-breakpoint
CREATE INDEX "sessions_organization_id_idx" ON "sessions" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "api_keys_list_idx" ON "api_keys" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "api_keys_environment_idx" ON "api_keys" USING btree ("organization_id","environment","id");--> statement-breakpoint
CREATE INDEX "api_keys_enabled_idx" ON "api_keys" USING btree ("organization_id","enabled","id");