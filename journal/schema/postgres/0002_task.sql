-- +goose Up

-- Background work that is under way: one server does a kind of work for a team at a time. Nobody waits for it; what is
-- not done when held_until has passed, in milliseconds, was left by a server that is gone, and another takes it over.
CREATE TABLE task (
    team       TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    server     TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (team, kind)
);
