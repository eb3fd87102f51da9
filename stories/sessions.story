# R6.1 0001.1  Asking twice with one session id gives the first answer, and charges once.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad as s1    tokens 7 from small, until Tue 08:00
Mon 08:01  ben opens autocad as s1    tokens 7 from small, until Tue 08:00
Mon 08:02  eve opens autocad          tokens 7 from small, until Tue 08:02
Mon 08:03  ben opens autocad as s1    tokens 7 from small, until Tue 08:00
balance 486
Mon 09:00  ben closes autocad as s1
Mon 09:01  ben opens autocad as s1    tokens 7 from small, until Tue 08:00
Tue 09:00  ben opens autocad as s1    tokens 7 from small, until 2026-01-06 08:00
balance 486

# R6.1  The first answer of a session that entered a live pass is kept as well, its lease included.
product autocad 7 per day
user ben without flex
trial of autocad for ben until Mon 18:00
Mon 08:00  ben opens autocad as s1    trial, until Tue 08:00, lease until Mon 18:00
Mon 09:00  trial of autocad for ben until Mon 12:00
Mon 10:00  ben opens autocad as s2    trial, until Tue 08:00, lease until Mon 12:00
Mon 10:01  trial of autocad for ben until Mon 20:00
Mon 10:02  ben opens autocad as s2    trial, until Tue 08:00, lease until Mon 12:00

# R6.1  A session id that was used for another opening is a mistake, not a second session.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on laptop as s1    tokens 7 from small, until Tue 08:00
Mon 08:01  eve opens autocad on laptop as s1    error idempotency_conflict
Mon 08:01  ben opens revit on laptop as s1      error idempotency_conflict
Mon 08:01  ben opens autocad on desktop as s1   error idempotency_conflict
balance 493

# R6.1 R14.3  A refusal is not remembered: after a purchase the same session id opens.
product autocad 7 per day
Mon 08:00  ben opens autocad as s1    refused tokens_insufficient, needs 7 has 0
Mon 08:01  buy pack small 500         expires 2027-01-05 08:01
Mon 08:02  ben opens autocad as s1    tokens 7 from small, until Tue 08:02

# R6.1 0001.15  A session id is remembered for 45 days after its pass.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00                ben opens autocad as s1    tokens 7 from small, until Tue 08:00
2026-02-19 08:00         eve opens autocad          tokens 7 from small, until 2026-02-20 08:00
2026-02-20 07:59:59.999  ben opens autocad as s1    tokens 7 from small, until 2026-01-06 08:00
balance 486
2026-02-21 08:00         eve opens autocad          tokens 7 from small, until 2026-02-22 08:00
2026-02-21 08:00         ben opens autocad as s1    tokens 7 from small, until 2026-02-22 08:00
balance 472

# R6.1  A session that nobody opened cannot renew or close, and one that was closed does not renew.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben is working as s1         error session_unknown
Mon 08:00  ben closes autocad as s1     error session_unknown
Mon 08:00  ben opens autocad as s1      tokens 7 from small, until Tue 08:00
Mon 08:01  ben closes autocad as s1     reversed 7
Mon 08:01  ben closes autocad as s1     reversed 7
Mon 08:02  ben is working as s1         error session_closed
balance 500

# R6.2  A grant comes with a lease that says how it is paid and until when; a refusal has none.
product autocad 7 per day
product revit 10 per day
pack small 7 bought 2026-01-05
seats s1 1 of revit from 2026-01-01 until 2026-07-01
assign revit to ben
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00, lease until Tue 08:00
Mon 08:00  ben opens revit       seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens autocad     refused tokens_insufficient, needs 7 has 0

# R6.3  A tokens lease ends with its pass, however late the session opens.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00         ben opens autocad on desktop   tokens 7 from small, until Tue 08:00, lease until Tue 08:00
Tue 07:59:59.999  ben opens autocad on laptop    tokens 0, until Tue 08:00, lease until Tue 08:00

# R6.3 0001.16  A seat lease lasts 30 days from the beginning of its pass; the next day's pass moves it.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 20:00  ben is working        seat, until Tue 08:00, lease until 2026-02-04 08:00
Tue 08:00  ben is working        seat, until Wed 08:00, lease until 2026-02-05 08:00

# R6.3  A seat lease ends with the seat's term if that is sooner.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-01-20
assign autocad to ben
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-01-20

# R6.3 0001.16  A term that is prolonged prolongs the lease at the next renewal, inside the pass too.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-01-06
assign autocad to ben
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until Tue 00:00
Mon 12:00  seats s2 1 of autocad from 2026-01-06 until 2027-01-06
Mon 13:00  ben is working        seat, until Tue 08:00, lease until 2026-02-04 08:00
Tue 07:00  ben is working        seat, until Tue 08:00, lease until 2026-02-04 08:00

# R6.3  A trial that is prolonged prolongs the lease as well.
product autocad 7 per day
trial of autocad for ben until Mon 12:00
Mon 08:00  ben opens autocad     trial, until Tue 08:00, lease until Mon 12:00
Mon 11:00  trial of autocad for ben until Fri 12:00
Mon 12:00  ben is working        trial, until Tue 08:00

# R6.3 0001.16  Covered by one seat after the other, the lease lasts until the last of them.
product autocad 7 per day
collection aec autocad
seats s1 1 of autocad from 2026-01-01 until 2026-01-10
seats s2 1 of aec from 2026-01-10 until 2026-01-20
assign autocad to ben
assign aec to ben
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-01-20

# R6.3  A seat whose term ends during a pass: who works goes on to the end of the pass.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-01-06
assign autocad to ben
Mon 20:00  ben opens autocad     seat, until Tue 20:00, lease until Tue 00:00
Tue 00:00  ben is working        seat kept, until Tue 20:00
Tue 20:00  ben is working        tokens 7 from small, until Wed 20:00

# R6.5  Taking a seat away stops new leases at once; who works keeps the pass, and no longer.
product autocad 7 per day
user ben without flex
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad on desktop   seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  unassign autocad from ben
Mon 09:00  ben opens autocad on laptop    refused flex_not_assigned
Mon 09:00  ben is working on desktop      seat kept, until Tue 08:00
Tue 08:00  ben is working on desktop      refused flex_not_assigned

# R6.5  Removing a user stops everything at once, inside a live pass too.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 09:00  remove ben
Mon 09:00  ben is working on desktop      refused user_inactive
Mon 09:00  ben opens autocad on laptop    refused user_inactive
balance 493 used 7

# R14.3  A renewal that is repeated under its request key gives the first answer; another request under it is a conflict.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad as s1                tokens 7 from small, until Tue 08:00
Mon 08:00  eve opens autocad as s2                tokens 7 from small, until Tue 08:00
Tue 08:00  ben is working as s1 under k1          tokens 7 from small, until Wed 08:00
Tue 09:00  ben is working as s1 under k1          tokens 7 from small, until Wed 08:00
Tue 09:00  eve is working as s2 under k1          error idempotency_conflict
balance 479

# R14.3  A withdrawal that is repeated takes once; another one under its name is a conflict.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  withdraw 10 from small as w1 because of a mistake    tokens 10 from small
Mon 08:00  withdraw 10 from small as w1 because of a mistake    tokens 10 from small
Mon 08:00  withdraw 20 from small as w1 because of a mistake    error idempotency_conflict
balance 490 withdrawn 10

# R14.0  What was decided from the catalogue stays, whatever becomes of the catalogue.
product autocad 7 per day, versions 2026 2025
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad version 2026 as s1    tokens 7 from small, until Tue 08:00
Mon 08:00  ben starts j1 for 100 of render         held 10, until Tue 08:00
Mon 09:00  product autocad free
Mon 09:00  product render 5 per photo
Mon 10:00  ben opens autocad version 2026 as s1    tokens 7 from small, until Tue 08:00
Mon 10:00  ben completes j1 with 100               charged 10, returned 0
balance 483 used 17
