// Package firm plays a year of an engineering firm with sixty people: who comes in the morning, opens what,
// closes it in the evening or forgets to, is on leave, buys tokens in time or too late. Everybody acts
// through the desk, as their products would; no entry is made past it.
//
// One seed gives one year, to the byte of the ledger: the days are drawn from the seed alone, commands go to the
// desk one after the other, and those of one instant that open products go together.
package firm
