-- +goose Up

-- Keys that act as a person of the team; who made a key; a secret that was rotated out and lives on until old_until;
-- when the key was last used, to about a minute. 0 and an empty text: none.
ALTER TABLE api_key ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN old_hash BYTEA;
ALTER TABLE api_key ADD COLUMN old_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE api_key ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
