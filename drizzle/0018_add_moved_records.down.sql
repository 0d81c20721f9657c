-- Undoes 0018_add_moved_records.sql
ALTER TABLE "moved_records" DROP CONSTRAINT "moved_records_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "moved_records";
