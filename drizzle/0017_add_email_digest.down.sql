-- Undoes 0017_add_email_digest.sql
DROP INDEX "users_email_digest_idx";
