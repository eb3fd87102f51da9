// Package journal keeps the journals of all teams: numbered entries without gaps, each chained by hash to
// the one before, appended and never changed. It knows bytes, not rules; what an entry means is the
// business of package license.
//
// When Append has returned nil, the batch is on the disk: it survives a killed process and a power cut.
// When it has returned an error, nothing of the batch is there, or, if the outcome of the commit itself
// is unknown, all of it. Where servers share a database, the parts of teams that another server was quicker to
// write to are left out, and a Conflict names them. Of one team's part there is never a piece.
//
// Beside the journals lie a snapshot per team, which makes loading cheaper and never changes what is true;
// people, whose data can be erased without breaking a chain; and a few words about the whole database.
//
// The store is SQLite in WAL mode with synchronous FULL, which one server has to itself, or PostgreSQL, which any
// number of servers share. Most SQL is one text for both; what an engine must say in its own words is a field of
// its dialect, and how it takes a batch is its inserter.
package journal
