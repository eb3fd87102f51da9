// Package bench measures the desk on its true journal against yardsticks of the same run: one transaction per
// charge, the plain insertion of the same rows, the database's own benchmark, one synced write. In each round the
// desk and all its yardsticks take turns, in an order that is drawn anew, in the same minute on the same machine
// and database. Only the ratios mean anything: machines differ, and have neighbours.
//
// No figure comes without its checks. When the last round is over, what callers were told is compared with what is
// stored, recomputed from there; a run in which a single charge is missing, doubled or wrong has no figures.
//
// The repository's own figures and their command are in docs/benchmarks; daypass bench gives the same for any
// machine and database.
package bench
