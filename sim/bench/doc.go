// Package bench measures the desk on its true journal against yardsticks of the same run: one transaction per
// charge, the plain batched insertion of the same rows, and one synced write of the disk. Only the ratios
// mean anything; the machine has neighbours. The figures and their command are in docs/benchmarks.
package bench
