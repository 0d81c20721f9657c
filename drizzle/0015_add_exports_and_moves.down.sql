-- Undoes 0015_add_exports_and_moves.sql
DROP INDEX "export_requests_expires_at_idx";
--> statement-breakpoint
DROP INDEX "export_requests_user_id_idx";
--> statement-breakpoint
DROP INDEX "export_requests_owner_idx";
--> statement-breakpoint
DROP INDEX "import_requests_expires_at_idx";
--> statement-breakpoint
DROP INDEX "import_requests_user_id_idx";
--> statement-breakpoint
DROP INDEX "import_requests_owner_idx";
--> statement-breakpoint
ALTER TABLE "moved_records" DROP CONSTRAINT "moved_records_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "export_requests" DROP CONSTRAINT "export_requests_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "export_requests" DROP CONSTRAINT "export_requests_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "import_requests" DROP CONSTRAINT "import_requests_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "import_requests" DROP CONSTRAINT "import_requests_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "moved_records";
--> statement-breakpoint
DROP TABLE "export_requests";
--> statement-breakpoint
DROP TABLE "import_requests";
