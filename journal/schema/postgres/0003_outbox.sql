-- +goose Up

-- What somebody is to be told: each row was written in the transaction of the entries that it follows from. Its id is
-- made of its cause, so that a repeated cause makes no second row; at is that cause's instant in milliseconds, body is
-- JSON and names people by their ids only.
CREATE TABLE outbox (
    team TEXT   COLLATE "C" NOT NULL,
    id   TEXT   COLLATE "C" NOT NULL,
    kind TEXT   NOT NULL,
    at   BIGINT NOT NULL,
    body TEXT   NOT NULL,
    PRIMARY KEY (team, id)
);
