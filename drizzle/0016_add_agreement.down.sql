-- Undoes 0016_add_agreement.sql
DROP INDEX "agreement_differences_changed_since_idx";
--> statement-breakpoint
DROP TABLE "agreement_looks";
--> statement-breakpoint
DROP TABLE "agreement_differences";
