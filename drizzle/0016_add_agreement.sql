CREATE TABLE "agreement_differences" (
	"check" text NOT NULL,
	"record" text NOT NULL,
	"kind" text NOT NULL,
	"detail" text NOT NULL,
	"found_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"changed_since" timestamp (3) with time zone,
	CONSTRAINT "agreement_differences_check_record_pk" PRIMARY KEY("check","record")
);
--> statement-breakpoint
CREATE TABLE "agreement_looks" (
	"scope" text PRIMARY KEY NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone NOT NULL,
	"checked" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "agreement_differences_changed_since_idx" ON "agreement_differences" USING btree ("changed_since");