// Package sim is a simulated world: a seed draws a catalogue, a team and what its people do; the true desk
// decides over a journal that fails and a server that crashes; after every step an auditor compares each answer
// and the whole balance with the second model, and reads the journal for what must never be in it. One seed is
// one world, always the same:
//
//	go test ./sim -run TestWorlds -seeds 1 -seed 42
package sim
