CREATE TABLE "import_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"format" text NOT NULL,
	"is_dry_run" boolean NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"percent" integer DEFAULT 0 NOT NULL,
	"file_id" uuid NOT NULL,
	"file_key" text NOT NULL,
	"size" bigint NOT NULL,
	"run_id" uuid,
	"counts" jsonb NOT NULL,
	"report" jsonb NOT NULL,
	"place" jsonb,
	"error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "export_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"format" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"percent" integer DEFAULT 0 NOT NULL,
	"file_id" uuid,
	"file_key" text,
	"size" bigint,
	"error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
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
ALTER TABLE "import_requests" ADD CONSTRAINT "import_requests_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_requests" ADD CONSTRAINT "import_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "export_requests" ADD CONSTRAINT "export_requests_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "export_requests" ADD CONSTRAINT "export_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moved_records" ADD CONSTRAINT "moved_records_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "import_requests_owner_idx" ON "import_requests" USING btree ("organization_id","user_id","id");--> statement-breakpoint
CREATE INDEX "import_requests_user_id_idx" ON "import_requests" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "import_requests_expires_at_idx" ON "import_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "export_requests_owner_idx" ON "export_requests" USING btree ("organization_id","user_id","id");--> statement-breakpoint
CREATE INDEX "export_requests_user_id_idx" ON "export_requests" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "export_requests_expires_at_idx" ON "export_requests" USING btree ("expires_at");