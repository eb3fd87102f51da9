-- +goose Up

-- The latest invitation of each person who has one, beside the chain like the person. Of its code only the SHA-256 is
-- kept. Instants in milliseconds; accepted_at is 0 until it is; request is the key under which it was accepted, so that
-- the same request can be answered again.
CREATE TABLE invitation (
    team        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    hash        BLOB    NOT NULL,
    sent_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    request     TEXT    NOT NULL,
    PRIMARY KEY (team, id),
    UNIQUE (team, hash)
) STRICT;
