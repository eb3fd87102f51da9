# R8.10  Floating seats are traded for single-user ones, two for one unless the price list says otherwise, to the end of the term.
product autocad 7 per day
user ben without flex
user eve without flex
user cid without flex
floating seats f1 3 of autocad from 2026-01-01 until 2026-03-01
assign floating autocad to ben
Mon 08:00  assign autocad to eve
Mon 08:00  ben opens autocad                floating seat, until Tue 08:00
Mon 09:00  trade 1 seats of f1 as t1        gained 2
Mon 09:00  trade 1 seats of f1 as t1        gained 2
Mon 09:00  trade 2 seats of f1 as t1        error idempotency_conflict
Mon 09:00  assign autocad to cid
Mon 09:00  cid opens autocad                seat, until Tue 09:00, lease until 2026-02-04 09:00
Mon 10:00  eve opens autocad                floating seat, until Tue 10:00
2026-03-01 00:00  cid opens autocad         refused flex_not_assigned

# R8.10  What is in use stays: a trade that would leave fewer seats than are in use is refused, with how many are.
product autocad 7 per day
user ben without flex
user eve without flex
floating seats f1 2 of autocad from 2026-01-01 until 2027-01-01
assign floating autocad to ben
assign floating autocad to eve
Mon 08:00  ben opens autocad                floating seat, until Tue 08:00
Mon 08:00  eve opens autocad                floating seat, until Tue 08:00
Mon 09:00  trade 1 seats of f1 as t1        error seats_in_use
Mon 10:00  eve closes autocad
Mon 10:00  trade all seats of f1 as t1      error seats_in_use
Mon 10:00  trade 1 seats of f1 as t1        gained 2
Mon 11:00  eve opens autocad                refused flex_not_assigned
Mon 12:00  ben closes autocad
Mon 12:00  trade all seats of f1 as t2      gained 2
Mon 12:00  trade all seats of f1 as t3      error trade_in_refused

# R8.10  There is no trade-in towards tokens, of single-user seats, of more than there is, or of a term that is over.
product autocad 7 per day
floating seats f1 2 of autocad from 2026-01-01 until 2026-02-01
seats s1 2 of autocad from 2026-01-01 until 2026-02-01
Mon 08:00  trade all seats of f1 as t1 for tokens    error trade_in_tokens
Mon 08:00  trade all seats of s1 as t1      error trade_in_refused
Mon 08:00  trade 3 seats of f1 as t1        error trade_in_refused
Mon 08:00  trade all seats of f2 as t1      error subscription_unknown
Mon 08:00  trade all seats of f1 as s1      error idempotency_conflict
2026-02-01 00:00  trade all seats of f1 as t1    error trade_in_refused

# R8.10 R14.0  The ratio is the price list's at that instant; a later one changes no trade, and parts of a ratio are not traded.
product autocad 7 per day
trade-in 2 to 3
floating seats f1 7 of autocad from 2026-01-01 until 2027-01-01
Mon 08:00  trade 3 seats of f1 as t1        error trade_in_refused
Mon 08:00  trade 4 seats of f1 as t1        gained 6
Mon 09:00  trade-in 1 to 1
Mon 09:00  trade 4 seats of f1 as t1        gained 6
Mon 09:00  trade all seats of f1 as t2      gained 3

# R8.10  A term that has not begun can be traded too; what it gives begins when it would have.
product autocad 7 per day
user ben without flex
floating seats f1 1 of autocad from 2026-01-06 until 2026-02-06
Mon 08:00  trade all seats of f1 as t1      gained 2
Mon 08:00  assign autocad to ben
Mon 08:00  ben opens autocad                refused flex_not_assigned
Tue 00:00  ben opens autocad                seat, until Wed 00:00, lease until 2026-02-05 00:00
