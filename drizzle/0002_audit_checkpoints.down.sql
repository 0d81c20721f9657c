-- Undoes 0002_audit_checkpoints.sql
DROP TABLE "audit_sealing";
--> statement-breakpoint
DROP TABLE "audit_heads";
--> statement-breakpoint
DROP TABLE "audit_checkpoints";
--> statement-breakpoint
DROP TABLE "audit_awaited";
