CREATE TABLE "audit_awaited" (
	"entry_id" uuid PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_checkpoints" (
	"organization_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"previous" "bytea" NOT NULL,
	"digest" "bytea" NOT NULL,
	"leaves" "bytea" NOT NULL,
	"sealed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_checkpoints_organization_id_sequence_pk" PRIMARY KEY("organization_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"sequence" integer NOT NULL,
	"digest" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_sealing" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"watermark" uuid NOT NULL,
	"lease_owner" uuid,
	"lease_until" timestamp with time zone
);
