CREATE TABLE "entry_reservations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "outbox_events" ADD COLUMN "content" jsonb;--> statement-breakpoint
ALTER TABLE "entry_reservations" ADD CONSTRAINT "entry_reservations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entry_reservations" ADD CONSTRAINT "entry_reservations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entry_reservations_owner_idx" ON "entry_reservations" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "entry_reservations_user_id_idx" ON "entry_reservations" USING btree ("user_id");