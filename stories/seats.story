# R8.9 0001.24  A seat is given to another in one step, as often as one likes; the pass that runs goes on.
product autocad 7 per day
user ben without flex
user eve without flex
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
Mon 08:00  ben opens autocad                    seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  reassign autocad from ben to eve
Mon 09:00  reassign autocad from ben to eve
Mon 09:00  eve opens autocad                    seat, until Tue 09:00, lease until 2026-02-04 09:00
Mon 10:00  ben is working                       seat kept, until Tue 08:00
Tue 08:00  ben is working                       refused flex_not_assigned
Tue 09:00  reassign autocad from eve to ben
Tue 09:00  ben opens autocad as b               seat, until Wed 09:00, lease until 2026-02-05 09:00
Tue 09:00  reassign flex from eve to ben        error not_assigned
Tue 10:00  assign flex to eve
Tue 10:00  assign flex to ben
Tue 10:00  reassign flex from eve to ben        error already_assigned

# R8.9 0001.24  What a group gives stays with the group.
product autocad 7 per day
seats s1 2 of autocad from 2026-01-01 until 2026-07-01
group designers
designers has ben
designers gives autocad
Mon 08:00  reassign autocad from ben to eve     error group_gives

# R4.4 0001.23  Fewer seats at a renewal than are assigned are refused, or said to be meant: then the last are not covered.
product autocad 7 per day
user ben without flex
user eve without flex
seats s1 2 of autocad from 2026-01-01 until 2026-01-07
assign autocad to ben
assign autocad to eve
Mon 08:00  seats s2 1 of autocad from 2026-01-07 until 2026-07-01      error seats_short
Mon 08:00  seats s2 1 of autocad from 2026-01-07 until 2026-07-01 over assigned
Tue 09:00  eve opens autocad                    seat, until Wed 09:00, lease until Wed 00:00
Wed 09:00  ben opens autocad                    seat, until Thu 09:00, lease until 2026-02-06 09:00
Wed 09:00  eve opens autocad as late            refused flex_not_assigned
Wed 10:00  seats s3 1 of autocad from 2026-01-07 until 2026-07-01
Wed 10:00  eve opens autocad as later           seat, until Thu 10:00, lease until 2026-02-06 10:00

# R4.4  A floating seat that nobody renews is free when its lease ends.
product revit 10 per day
user ben without flex
user eve without flex
floating seats f1 1 of revit from 2026-01-01 until 2026-07-01
assign floating revit to ben
assign floating revit to eve
Mon 08:00  ben opens revit             floating seat, until Tue 08:00
Mon 08:00  ben vanishes
Tue 07:59:59.999  eve opens revit      refused flex_not_assigned
Tue 08:00  eve opens revit             floating seat, until Wed 08:00

# R4.4 R6.5 0001.22  A floating seat in use can be taken over: it is free at once, and where it was used is decided anew.
product revit 10 per day
product maya 6 per day
collection suite revit maya
pack small 500 bought 2026-01-05
user eve without flex
floating seats f1 1 of suite from 2026-01-01 until 2026-07-01
assign floating suite to ben
assign floating suite to eve
Mon 08:00  ben opens revit             floating seat, until Tue 08:00
Mon 09:00  ben opens maya              floating seat, until Tue 09:00
Mon 10:00  eve opens revit             refused flex_not_assigned
Mon 10:00  take floating suite from ben
Mon 10:00  take floating suite from ben
Mon 10:00  eve opens revit             floating seat, until Tue 10:00
Mon 11:00  ben is idle in revit        refused idle
Mon 11:00  ben is working in revit     tokens 10 from small, until Tue 11:00
Mon 12:00  eve closes revit
Mon 12:00  ben is working in maya      floating seat, until Tue 12:00
