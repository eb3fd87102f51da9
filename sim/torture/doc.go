// Package torture runs true servers as processes, has customers use them over HTTP, and meanwhile kills, stops and
// cuts off whatever there is. Afterwards every history is checked twice: replayed in the order of the ledger's
// positions through the second model, and searched for a linearization by a checker that knows nothing of
// positions. It is tests only; docs/reliability.md says what came of them. One seed is one plan of faults:
//
//	go test ./sim/torture -run TestTorture -seed 42 -v
package torture
