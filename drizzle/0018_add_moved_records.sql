CREATE TABLE "moved_records" (
	"organization_id" uuid NOT NULL,
	"source" text NOT NULL,
	"kind" text NOT NULL,
	"source_id" text NOT NULL,
	"target_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"moved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "moved_records_organization_id_source_kind_source_id_pk" PRIMARY KEY("organization_id","source","kind","source_id")
);
--> statement-breakpoint
ALTER TABLE "moved_records" ADD CONSTRAINT "moved_records_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;