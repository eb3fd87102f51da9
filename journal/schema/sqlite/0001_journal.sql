-- +goose Up

-- The journals. Rows are only ever added. One index, no foreign keys: each more would halve the insertion
-- rate. Not WITHOUT ROWID: bodies then lie in the index, so that a batch of many teams rewrites a page of
-- bodies per team instead of adding a few at the end (measured: 2 to 5 times slower).
CREATE TABLE entry (
    team TEXT    NOT NULL,
    seq  INTEGER NOT NULL,
    body TEXT    NOT NULL,
    hash BLOB    NOT NULL,
    PRIMARY KEY (team, seq)
) STRICT;

-- The latest snapshot of each team; seq and hash are those of the last entry in it.
CREATE TABLE snapshot (
    team TEXT    NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL,
    body BLOB    NOT NULL
) STRICT;

-- Personal data, beside the chain so that it can be erased without breaking it.
CREATE TABLE person (
    team  TEXT NOT NULL,
    id    TEXT NOT NULL,
    name  TEXT NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (team, id)
) STRICT;

-- What is true of the whole database, such as which clock has written it.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Programs' credentials; package identity owns them. Instants in milliseconds; no expires_at: never
-- expires; no revoked_at: not revoked.
CREATE TABLE api_key (
    lookup     TEXT    NOT NULL PRIMARY KEY,
    team       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    products   TEXT    NOT NULL DEFAULT '',
    hash       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    UNIQUE (team, id)
) STRICT;
