CREATE TABLE "password_resets" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"replaces" text NOT NULL,
	"is_by_platform_admin" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token_hash_key" ON "password_resets" USING btree ("token_hash");--> statement-breakpoint
UPDATE "api_keys" SET "revoked_at" = now() WHERE "revoked_at" IS NULL AND NOT EXISTS (SELECT 1 FROM "memberships" WHERE "memberships"."organization_id" = "api_keys"."organization_id" AND "memberships"."user_id" = "api_keys"."created_by");
