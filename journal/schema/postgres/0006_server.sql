-- +goose Up

-- The servers that are up, and where others reach them: empty, if they do not. seen_at is by the database's clock. There
-- is no such thing on SQLite, which has one server.
CREATE TABLE server (
    name    TEXT        COLLATE "C" NOT NULL PRIMARY KEY,
    address TEXT        NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
