-- +goose Up

-- What somebody is to be told: each row was written in the transaction of the entries that it follows from. Its id is
-- made of its cause, so that a repeated cause makes no second row; at is that cause's instant in milliseconds, body is
-- JSON and names people by their ids only.
CREATE TABLE outbox (
    team TEXT    NOT NULL,
    id   TEXT    NOT NULL,
    kind TEXT    NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT    NOT NULL,
    PRIMARY KEY (team, id)
) STRICT;
