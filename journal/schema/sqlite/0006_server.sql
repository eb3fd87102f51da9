-- +goose Up

-- PostgreSQL has a table of the servers that are up here. This file has one server.
SELECT 1;
