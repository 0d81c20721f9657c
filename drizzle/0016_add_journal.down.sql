-- Undoes 0016_add_journal.sql
DROP INDEX "entry_reservations_user_id_idx";
--> statement-breakpoint
DROP INDEX "entry_reservations_owner_idx";
--> statement-breakpoint
ALTER TABLE "entry_reservations" DROP CONSTRAINT "entry_reservations_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "entry_reservations" DROP CONSTRAINT "entry_reservations_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "outbox_events" DROP COLUMN "content";
--> statement-breakpoint
DROP TABLE "entry_reservations";
