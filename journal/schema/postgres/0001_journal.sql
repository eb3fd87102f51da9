-- +goose Up

-- The journals. Rows are only ever added. One index, no foreign keys: each more would halve the insertion
-- rate. Every key begins with the team, so that the tables can be distributed by team over several
-- databases. Text is compared by its bytes, whatever the language of the database.
CREATE TABLE entry (
    team TEXT   COLLATE "C" NOT NULL,
    seq  BIGINT NOT NULL,
    body TEXT   COLLATE "C" NOT NULL,
    hash BYTEA  NOT NULL,
    PRIMARY KEY (team, seq)
);

-- The latest snapshot of each team; seq and hash are those of the last entry in it.
CREATE TABLE snapshot (
    team TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    seq  BIGINT NOT NULL,
    hash BYTEA  NOT NULL,
    body BYTEA  NOT NULL
);

-- Personal data, beside the chain so that it can be erased without breaking it.
CREATE TABLE person (
    team  TEXT COLLATE "C" NOT NULL,
    id    TEXT COLLATE "C" NOT NULL,
    name  TEXT NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (team, id)
);

-- What is true of the whole database, such as which clock has written it.
CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Programs' credentials; package identity owns them. Instants in milliseconds; no expires_at: never
-- expires; no revoked_at: not revoked.
CREATE TABLE api_key (
    lookup     TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
    team       TEXT   COLLATE "C" NOT NULL,
    id         TEXT   COLLATE "C" NOT NULL,
    role       TEXT   NOT NULL,
    products   TEXT   NOT NULL DEFAULT '',
    hash       BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    UNIQUE (team, id)
);

-- The teams that several servers fight over now. Whoever locks a row has its turn to write to that team; the
-- others wait. There is no such thing on SQLite, which has one server.
CREATE TABLE turn (
    team TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
