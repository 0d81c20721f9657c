-- Undoes 0009_add_stripe.sql
DROP INDEX "stripe_events_customer_id_idx";
--> statement-breakpoint
DROP INDEX "stripe_customers_user_id_idx";
--> statement-breakpoint
DROP INDEX "stripe_customers_owner_idx";
--> statement-breakpoint
ALTER TABLE "stripe_customers" DROP CONSTRAINT "stripe_customers_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "stripe_customers" DROP CONSTRAINT "stripe_customers_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "stripe_events";
--> statement-breakpoint
DROP TABLE "stripe_customers";
