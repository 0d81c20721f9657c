CREATE TABLE "deployment_statuses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"deployment_id" uuid NOT NULL,
	"state" text NOT NULL,
	"description" text,
	"log_url" text,
	"environment_url" text,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"environment" text NOT NULL,
	"ref" text NOT NULL,
	"sha" text,
	"description" text,
	"metadata" jsonb NOT NULL,
	"auto_inactive" boolean NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"deadline_at" timestamp (3) with time zone NOT NULL,
	"succeeded_at" timestamp (3) with time zone,
	"created_by" uuid NOT NULL,
	"rollback_of" uuid,
	"source_deployment_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "environments" (
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"active_deployment_id" uuid,
	"last_state" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "environments_organization_id_name_pk" PRIMARY KEY("organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "config_versions" (
	"config_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" text NOT NULL,
	"checksum" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "config_versions_config_id_version_pk" PRIMARY KEY("config_id","version")
);
--> statement-breakpoint
CREATE TABLE "configs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deployment_statuses" ADD CONSTRAINT "deployment_statuses_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_active_deployment_id_deployments_id_fk" FOREIGN KEY ("active_deployment_id") REFERENCES "public"."deployments"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "config_versions" ADD CONSTRAINT "config_versions_config_id_configs_id_fk" FOREIGN KEY ("config_id") REFERENCES "public"."configs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "configs" ADD CONSTRAINT "configs_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deployment_statuses_deployment_id_idx" ON "deployment_statuses" USING btree ("deployment_id","id");--> statement-breakpoint
CREATE INDEX "deployments_organization_idx" ON "deployments" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "deployments_environment_idx" ON "deployments" USING btree ("organization_id","environment","id");--> statement-breakpoint
CREATE INDEX "deployments_state_idx" ON "deployments" USING btree ("organization_id","state","id");--> statement-breakpoint
CREATE INDEX "deployments_ref_idx" ON "deployments" USING btree ("organization_id","ref","id");--> statement-breakpoint
CREATE INDEX "deployments_sha_idx" ON "deployments" USING btree ("organization_id","sha","id");--> statement-breakpoint
CREATE INDEX "deployments_created_by_idx" ON "deployments" USING btree ("organization_id","created_by","id");--> statement-breakpoint
CREATE INDEX "deployments_succeeded_idx" ON "deployments" USING btree ("organization_id","environment","succeeded_at");--> statement-breakpoint
CREATE INDEX "environments_active_deployment_id_idx" ON "environments" USING btree ("active_deployment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "configs_name_key" ON "configs" USING btree ("organization_id","environment","name");