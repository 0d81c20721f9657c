-- Undoes 0008_add_money.sql
DROP INDEX "entry_counts_user_id_idx";
--> statement-breakpoint
DROP INDEX "plans_code_key";
--> statement-breakpoint
DROP INDEX "subscriptions_pending_plan_id_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_plan_id_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_organization_status_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_organization_user_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_organization_id_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_stripe_subscription_id_key";
--> statement-breakpoint
DROP INDEX "subscriptions_live_key";
--> statement-breakpoint
DROP INDEX "subscriptions_stripe_customer_id_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_status_idx";
--> statement-breakpoint
DROP INDEX "subscriptions_user_id_idx";
--> statement-breakpoint
DROP INDEX "transactions_reversal_of_key";
--> statement-breakpoint
DROP INDEX "transactions_organization_type_idx";
--> statement-breakpoint
DROP INDEX "transactions_organization_user_idx";
--> statement-breakpoint
DROP INDEX "transactions_organization_idx";
--> statement-breakpoint
DROP INDEX "idx_transactions_created_at";
--> statement-breakpoint
DROP INDEX "idx_transactions_user_id";
--> statement-breakpoint
ALTER TABLE "entry_counts" DROP CONSTRAINT "entry_counts_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "entry_counts" DROP CONSTRAINT "entry_counts_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_pending_plan_id_plans_id_fk";
--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_plan_id_plans_id_fk";
--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "transactions" DROP CONSTRAINT "transactions_reversal_of_transactions_id_fk";
--> statement-breakpoint
ALTER TABLE "transactions" DROP CONSTRAINT "transactions_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "transaction_counts" DROP CONSTRAINT "transaction_counts_organization_id_organizations_id_fk";
--> statement-breakpoint
DROP TABLE "entry_counts";
--> statement-breakpoint
DROP TABLE "plans";
--> statement-breakpoint
DROP TABLE "subscriptions";
--> statement-breakpoint
DROP TABLE "transactions";
--> statement-breakpoint
DROP TABLE "transaction_counts";
