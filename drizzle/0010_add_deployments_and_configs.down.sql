-- Undoes 0010_add_deployments_and_configs.sql
DROP INDEX "configs_name_key";
--> statement-breakpoint
DROP INDEX "environments_active_deployment_id_idx";
--> statement-breakpoint
DROP INDEX "deployments_succeeded_idx";
--> statement-breakpoint
DROP INDEX "deployments_created_by_idx";
--> statement-breakpoint
DROP INDEX "deployments_sha_idx";
--> statement-breakpoint
DROP INDEX "deployments_ref_idx";
--> statement-breakpoint
DROP INDEX "deployments_state_idx";
--> statement-breakpoint
DROP INDEX "deployments_environment_idx";
--> statement-breakpoint
DROP INDEX "deployments_organization_idx";
--> statement-breakpoint
DROP INDEX "deployment_statuses_deployment_id_idx";
--> statement-breakpoint
ALTER TABLE "configs" DROP CONSTRAINT "configs_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "config_versions" DROP CONSTRAINT "config_versions_config_id_configs_id_fk";
--> statement-breakpoint
ALTER TABLE "environments" DROP CONSTRAINT "environments_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "environments" DROP CONSTRAINT "environments_active_deployment_id_deployments_id_fk";
--> statement-breakpoint
ALTER TABLE "deployments" DROP CONSTRAINT "deployments_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "deployment_statuses" DROP CONSTRAINT "deployment_statuses_deployment_id_deployments_id_fk";
--> statement-breakpoint
DROP TABLE "configs";
--> statement-breakpoint
DROP TABLE "config_versions";
--> statement-breakpoint
DROP TABLE "environments";
--> statement-breakpoint
DROP TABLE "deployments";
--> statement-breakpoint
DROP TABLE "deployment_statuses";
