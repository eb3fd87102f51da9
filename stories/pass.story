# R5.1  Every way of paying gives a pass of 24 hours; only tokens cost.
product autocad 7 per day
product revit 10 per day
product maya 6 per day
product viewer free
pack small 500 bought 2026-01-05
seats s1 1 of revit from 2026-01-01 until 2026-07-01
assign revit to ben
trial of maya for ben until 2026-02-01
Mon 08:00  ben opens viewer      free, until Tue 08:00
Mon 08:01  ben opens revit       seat, until Tue 08:01, lease until 2026-02-04 08:01
Mon 08:02  ben opens maya        trial, until Tue 08:02
Mon 08:03  ben opens autocad     tokens 7 from small, until Tue 08:03
balance 493 used 7
Mon 12:00  ben opens viewer on laptop   free, until Tue 08:00
Mon 12:00  ben opens revit on laptop    seat, until Tue 08:01, lease until 2026-02-04 08:01
Mon 12:00  ben opens maya on laptop     trial, until Tue 08:02
Mon 12:00  ben opens autocad on laptop  tokens 0, until Tue 08:03

# R5.1  A pass is for one user and one product.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 09:00  eve opens autocad     tokens 7 from small, until Tue 09:00
Mon 10:00  ben opens revit       tokens 10 from small, until Tue 10:00

# R5.1 0001.2  When the seat that opened a pass is gone, an opening is decided anew, and the passes do not overlap.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad on desktop   seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  unassign autocad from ben
Mon 09:00  assign autocad to eve
Mon 09:00  eve opens autocad              seat, until Tue 09:00, lease until 2026-02-04 09:00
Mon 10:00  ben opens autocad on laptop    tokens 7 from small, until Tue 10:00
Mon 10:00  ben is working on desktop      tokens 0, until Tue 10:00
Tue 08:00  ben is working on desktop      tokens 0, until Tue 10:00
balance 493

# R5.2  Inside a pass another device and another version charge nothing.
product autocad 7 per day, versions 2026 2025
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad version 2026 on desktop   tokens 7 from small, until Tue 08:00
Mon 09:00  ben opens autocad version 2026 on laptop    tokens 0, until Tue 08:00
Mon 10:00  ben opens autocad version 2025 on laptop    tokens 0, until Tue 08:00
balance 493

# R5.3  AutoCAD, Monday 08:00-17:00 and Tuesday 07:00-17:00: the second charge falls at 08:00.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 17:00  ben closes autocad
Tue 07:00  ben opens autocad     tokens 0, until Tue 08:00
Tue 08:00  ben is working        tokens 7 from small, until Wed 08:00
balance 486

# R5.3  A renewal just before the end of the pass is free; at the end it begins the next one.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Tue 07:59:59.999  ben is working        tokens 0, until Tue 08:00
Tue 08:00         ben is working        tokens 7 from small, until Wed 08:00
Tue 08:00         ben is working        tokens 0, until Wed 08:00

# R5.3  Two running sessions renew together: the first begins the pass, the second enters it.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 09:00  ben opens autocad on laptop    tokens 0, until Tue 08:00
Tue 08:00  ben is working on laptop       tokens 7 from small, until Wed 08:00
Tue 08:05  ben is working on desktop      tokens 0, until Wed 08:00
balance 486

# R5.4  A pass that ends while the product is closed has no successor until the next opening.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 17:00  ben closes autocad
Thu 08:00  balance 493
Thu 09:30  ben opens autocad     tokens 7 from small, until Fri 09:30

# R5.5 0001.8  An idle session does not renew; it does at the next use, from that instant on.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Tue 07:45  ben is idle           tokens 0, until Tue 08:00
Tue 08:00  ben is idle           refused idle
Tue 09:00  ben is idle           refused idle
balance 493
Tue 10:30  ben is working        tokens 7 from small, until Wed 10:30

# R5.5 0001.8  An idle session whose pass has ended stays so, also when another session has begun a new pass.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad on desktop   seat, until Tue 08:00, lease until 2026-02-04 08:00
Tue 08:00  ben opens autocad on laptop    seat, until Wed 08:00, lease until 2026-02-05 08:00
Tue 09:00  ben is idle on desktop         refused idle
Tue 10:00  unassign autocad from ben
Tue 11:00  ben is idle on desktop         refused idle
balance 500

# R5.5  The first charge of a pass is not given back for idleness.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:20  ben is idle           tokens 0, until Tue 08:00
Mon 09:00  ben closes autocad
balance 493

# R5.6 0001.5  Closed within five minutes, the charge comes back; at five minutes it does not.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00         eve opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:04:59.999  ben closes autocad    reversed 7
Mon 08:05         eve closes autocad
balance 493 used 7

# R5.6 0001.6  A short launch ends the pass: the next opening begins a new one.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:03  ben closes autocad    reversed 7
Mon 08:03  ben opens autocad     tokens 7 from small, until Tue 08:03
balance 493

# R5.6  Every session of the pass must have been closed; the last one brings the charge back.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 08:01  ben opens autocad on laptop    tokens 0, until Tue 08:00
Mon 08:02  ben closes autocad on desktop
Mon 08:04  ben closes autocad on laptop   reversed 7
Mon 09:00  eve opens autocad on desktop   tokens 7 from small, until Tue 09:00
Mon 09:01  eve opens autocad on laptop    tokens 0, until Tue 09:00
Mon 09:04  eve closes autocad on desktop
Mon 09:06  eve closes autocad on laptop
balance 493

# R5.6 0001.5  A session that vanished was not closed, and so the charge stays.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 08:01  ben opens autocad on laptop    tokens 0, until Tue 08:00
Mon 08:02  ben vanishes from autocad on laptop
Mon 08:03  ben closes autocad on desktop
balance 493

# R5.6 0001.5  A renewed pass can be a short launch as well.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Tue 08:00         ben is working        tokens 7 from small, until Wed 08:00
Tue 08:04:59.999  ben closes autocad    reversed 7
balance 493

# R5.6 0001.6  Three charges are given back in 24 hours; a reversal that is 24 hours old no longer counts.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:01         ben closes autocad    reversed 7
Mon 09:00         ben opens autocad     tokens 7 from small, until Tue 09:00
Mon 09:01         ben closes autocad    reversed 7
Mon 10:00         ben opens autocad     tokens 7 from small, until Tue 10:00
Mon 10:01         ben closes autocad    reversed 7
Mon 10:02         ben opens revit       tokens 10 from small, until Tue 10:02
Mon 10:03         ben closes revit      reversed 10
Mon 10:04         eve opens autocad     tokens 7 from small, until Tue 10:04
Mon 10:05         eve closes autocad    reversed 7
balance 500
Mon 11:00         ben opens autocad     tokens 7 from small, until Tue 11:00
Mon 11:01         ben closes autocad
balance 493
Tue 11:00         ben opens autocad     tokens 7 from small, until Wed 11:00
Tue 11:01         ben closes autocad    reversed 7
balance 493

# R5.6 0001.6  One millisecond before it is 24 hours old, a reversal still counts.
product autocad 7 per day
pack small 500 bought 2026-01-05
short launches 1
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:01         ben closes autocad    reversed 7
Tue 08:00         ben opens autocad     tokens 7 from small, until Wed 08:00
Tue 08:00:59.999  ben closes autocad
Wed 08:00         ben opens autocad     tokens 7 from small, until Thu 08:00
Wed 08:01         ben closes autocad    reversed 7
Thu 08:00         ben opens autocad     tokens 7 from small, until Fri 08:00
Thu 08:01         ben closes autocad    reversed 7
balance 493

# R5.6  Both numbers are settings, and 0 turns the rule off.
product autocad 7 per day
pack small 500 bought 2026-01-05
short launch 2m
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:01:59.999  ben closes autocad    reversed 7
Mon 08:02         ben opens autocad     tokens 7 from small, until Tue 08:02
Mon 08:04         ben closes autocad
Mon 09:00         short launch 0s
Mon 09:00         eve opens autocad     tokens 7 from small, until Tue 09:00
Mon 09:00         eve closes autocad
Mon 10:00         short launch 5m
Mon 10:00         short launches 0
Mon 10:00         cid opens autocad     tokens 7 from small, until Tue 10:00
Mon 10:01         cid closes autocad
balance 479 used 21

# R5.6  A pass that cost nothing has nothing to give back, and goes on.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:01  ben closes autocad
Mon 08:02  ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00

# R5.7  A session that vanishes renews nothing and costs nothing more.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 09:00  ben vanishes
Fri 08:00  balance 493 used 7
Fri 08:00  ben opens autocad     tokens 7 from small, until Sat 08:00

# R5.8 R14.3  A renewal that cannot be paid is refused; after a purchase the same renewal succeeds.
product autocad 7 per day
pack small 7 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Tue 08:00  ben is working        refused tokens_insufficient, needs 7 has 0
Tue 08:10  buy pack more 500     expires 2027-01-06 08:10
Tue 08:11  ben is working        tokens 7 from more, until Wed 08:11

# R5.8  A renewal that is no longer allowed is refused with its reason, and the session can be closed.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 09:00  unassign flex from ben
Tue 07:59  ben is working        tokens 0, until Tue 08:00
Tue 08:00  ben is working        refused flex_not_assigned
Tue 08:05  ben closes autocad
balance 493

# R5.9 0001.3  A seat that comes during a token pass: nothing is refunded, openings are the seat's inside the pass that is paid, and the next pass is the seat's.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 09:00  assign autocad to ben
balance 493
Mon 10:00  ben opens autocad on laptop    seat, until Tue 08:00
Tue 08:00  ben is working on desktop      seat, until Wed 08:00, lease until 2026-02-05 08:00
balance 493

# R5.9 0001.2  A seat taken away during a seat pass: who works goes on to the end of the pass; the next one is decided anew.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00         ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00         unassign autocad from ben
Mon 10:00         ben is working        seat kept, until Tue 08:00
Tue 07:59:59.999  ben is working        seat kept, until Tue 08:00
Tue 08:00         ben is working        tokens 7 from small, until Wed 08:00

# R5.9 0001.2  A trial that is over: who works goes on to the end of the pass.
product autocad 7 per day
pack small 500 bought 2026-01-05
trial of autocad for ben until Mon 12:00
Mon 08:00  ben opens autocad on desktop   trial, until Tue 08:00, lease until Mon 12:00
Mon 13:00  ben is working on desktop      trial kept, until Tue 08:00
Mon 13:00  ben opens autocad on laptop    tokens 7 from small, until Tue 13:00

# R5.9 0001.3  A trial that comes during a token pass takes nothing from the pass that is paid.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop   tokens 7 from small, until Tue 08:00
Mon 09:00  trial of autocad for ben until Mon 12:00
Mon 10:00  ben opens autocad on laptop    trial, until Tue 08:00
Mon 12:00  ben is working on laptop       tokens 0, until Tue 08:00

# R5.10  When the rate changes during a pass, the next pass pays the new one.
product autocad 7 per day, 9 from 2026-01-05 12:00
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 13:00  ben is working        tokens 0, until Tue 08:00
Tue 08:00  ben is working        tokens 9 from small, until Wed 08:00
balance 484
