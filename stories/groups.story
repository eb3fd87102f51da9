# R8.8  What a group gives, its members have; leaving takes away only what the group gave.
product autocad 7 per day
product revit 10 per day
user ben without flex
user eve without flex
seats s1 2 of autocad from 2026-01-01 until 2026-07-01
seats s2 1 of revit from 2026-01-01 until 2026-07-01
group designers
designers gives autocad
Mon 08:00  designers has ben eve
Mon 08:00  assign revit to ben
Mon 08:00  ben opens autocad           seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens autocad           seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  take ben out of designers
Mon 09:00  ben opens revit             seat, until Tue 09:00, lease until 2026-02-04 09:00
Tue 08:00  ben opens autocad as s      refused flex_not_assigned
Tue 08:00  eve opens autocad as t      seat, until Wed 08:00, lease until 2026-02-05 08:00

# R8.8 0001.21  Who has something from several sides keeps it until the last one is gone, and takes one seat.
product autocad 7 per day
pack small 500 bought 2026-01-05
user ben without flex
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
group designers
group drafters
designers has ben
drafters has ben
assign autocad to ben
designers gives autocad
drafters gives autocad
designers gives flex
Mon 08:00  unassign autocad from ben
Mon 08:00  take ben out of designers
Mon 08:00  ben opens autocad           seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  unassign autocad from ben   error group_gives
Mon 09:00  remove group drafters
Tue 09:00  ben opens autocad as s      refused flex_not_assigned
Tue 09:00  designers stops giving autocad
Tue 09:00  designers has ben
Tue 09:00  ben opens autocad as s      tokens 7 from small, until Wed 09:00
Tue 09:00  designers stops giving flex
Wed 09:00  ben is working as s         refused flex_not_assigned

# R8.8  A group that would give more than there are seats gives nothing to anyone; nor does half a member join.
product autocad 7 per day
user ben without flex
user eve without flex
user cid without flex
seats s1 2 of autocad from 2026-01-01 until 2026-07-01
group designers
designers has ben eve cid
Mon 08:00  designers gives autocad     error seats_short
Mon 08:00  ben opens autocad           refused flex_not_assigned
Mon 09:00  take cid out of designers
Mon 09:00  designers gives autocad
Mon 09:00  designers has cid           error seats_short
Mon 09:00  cid opens autocad           refused flex_not_assigned
Mon 10:00  remove eve
Mon 10:00  designers has cid
Mon 10:00  cid opens autocad           seat, until Tue 10:00, lease until 2026-02-04 10:00

# R8.8  When there are floating seats as well, a group gives these to whom no other is left; or only these.
product autocad 7 per day
user ben without flex
user eve without flex
user cid without flex
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
floating seats f1 1 of autocad from 2026-01-01 until 2026-07-01
group designers
group guests
designers has ben eve
guests has cid
designers gives autocad
guests gives floating autocad
Mon 08:00  ben opens autocad           seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens autocad           floating seat, until Tue 08:00
Mon 08:00  cid opens autocad           refused flex_not_assigned
Mon 09:00  take ben out of designers
Mon 09:00  eve closes autocad
Mon 09:00  cid opens autocad           floating seat, until Tue 09:00
Mon 09:00  take eve out of tourists         error group_unknown
