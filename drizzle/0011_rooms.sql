CREATE TABLE "direct_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"member_id" uuid,
	"content" text,
	"file_url" text,
	"deleted" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"client_id" text,
	"request_hash" text,
	"versions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"unsynced_since" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"member_id" uuid,
	"content" text,
	"file_url" text,
	"deleted" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"client_id" text,
	"request_hash" text,
	"versions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"unsynced_since" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "room_events" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "room_events_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"type" text NOT NULL,
	"message_id" uuid NOT NULL,
	"version" integer,
	"user_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"type" text NOT NULL,
	"name" text,
	"direct_key" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "room_members" (
	"room_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_read_at" timestamp (3) with time zone NOT NULL,
	"last_read_id" uuid NOT NULL,
	CONSTRAINT "room_members_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "direct_messages" ADD CONSTRAINT "direct_messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "direct_messages" ADD CONSTRAINT "direct_messages_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_events" ADD CONSTRAINT "room_events_room_id_conversations_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_members" ADD CONSTRAINT "room_members_room_id_conversations_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_members" ADD CONSTRAINT "room_members_membership_fk" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."memberships"("organization_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "direct_messages_conversation_id_created_at_id_idx" ON "direct_messages" USING btree ("conversation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "direct_messages_member_id_idx" ON "direct_messages" USING btree ("member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "direct_messages_client_id_key" ON "direct_messages" USING btree ("conversation_id","member_id","client_id") WHERE "direct_messages"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "direct_messages_unsynced_idx" ON "direct_messages" USING btree ("conversation_id","created_at","id") WHERE "direct_messages"."unsynced_since" is not null;--> statement-breakpoint
CREATE INDEX "direct_messages_unsynced_since_idx" ON "direct_messages" USING btree ("unsynced_since") WHERE "direct_messages"."unsynced_since" is not null;--> statement-breakpoint
CREATE INDEX "messages_conversation_id_created_at_id_idx" ON "messages" USING btree ("conversation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_member_id_idx" ON "messages" USING btree ("member_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_client_id_key" ON "messages" USING btree ("conversation_id","member_id","client_id") WHERE "messages"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_unsynced_idx" ON "messages" USING btree ("conversation_id","created_at","id") WHERE "messages"."unsynced_since" is not null;--> statement-breakpoint
CREATE INDEX "messages_unsynced_since_idx" ON "messages" USING btree ("unsynced_since") WHERE "messages"."unsynced_since" is not null;--> statement-breakpoint
CREATE INDEX "room_events_room_id_seq_idx" ON "room_events" USING btree ("room_id","seq");--> statement-breakpoint
CREATE INDEX "room_events_organization_id_seq_idx" ON "room_events" USING btree ("organization_id","seq");--> statement-breakpoint
CREATE INDEX "room_events_created_at_idx" ON "room_events" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_direct_key" ON "conversations" USING btree ("organization_id","direct_key");--> statement-breakpoint
CREATE INDEX "room_members_organization_id_user_id_idx" ON "room_members" USING btree ("organization_id","user_id","room_id");