-- Undoes 0011_rooms.sql
DROP INDEX "room_members_organization_id_user_id_idx";
--> statement-breakpoint
DROP INDEX "conversations_direct_key";
--> statement-breakpoint
DROP INDEX "room_events_created_at_idx";
--> statement-breakpoint
DROP INDEX "room_events_organization_id_seq_idx";
--> statement-breakpoint
DROP INDEX "room_events_room_id_seq_idx";
--> statement-breakpoint
DROP INDEX "messages_unsynced_since_idx";
--> statement-breakpoint
DROP INDEX "messages_unsynced_idx";
--> statement-breakpoint
DROP INDEX "messages_client_id_key";
--> statement-breakpoint
DROP INDEX "messages_member_id_idx";
--> statement-breakpoint
DROP INDEX "messages_conversation_id_created_at_id_idx";
--> statement-breakpoint
DROP INDEX "direct_messages_unsynced_since_idx";
--> statement-breakpoint
DROP INDEX "direct_messages_unsynced_idx";
--> statement-breakpoint
DROP INDEX "direct_messages_client_id_key";
--> statement-breakpoint
DROP INDEX "direct_messages_member_id_idx";
--> statement-breakpoint
DROP INDEX "direct_messages_conversation_id_created_at_id_idx";
--> statement-breakpoint
ALTER TABLE "room_members" DROP CONSTRAINT "room_members_membership_fk";
--> statement-breakpoint
ALTER TABLE "room_members" DROP CONSTRAINT "room_members_room_id_conversations_id_fk";
--> statement-breakpoint
ALTER TABLE "conversations" DROP CONSTRAINT "conversations_organization_id_organizations_id_fk";
--> statement-breakpoint
ALTER TABLE "room_events" DROP CONSTRAINT "room_events_room_id_conversations_id_fk";
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_member_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "messages_conversation_id_conversations_id_fk";
--> statement-breakpoint
ALTER TABLE "direct_messages" DROP CONSTRAINT "direct_messages_member_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "direct_messages" DROP CONSTRAINT "direct_messages_conversation_id_conversations_id_fk";
--> statement-breakpoint
DROP TABLE "room_members";
--> statement-breakpoint
DROP TABLE "conversations";
--> statement-breakpoint
DROP TABLE "room_events";
--> statement-breakpoint
DROP TABLE "messages";
--> statement-breakpoint
DROP TABLE "direct_messages";
