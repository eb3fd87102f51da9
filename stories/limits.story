# R8.7  A limit can be used up exactly, and not gone beyond; it begins anew at midnight UTC.
product autocad 7 per day
pack small 500 bought 2026-01-05
limit team 14 per day
Mon 08:00         ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 23:59:59.998  eve opens autocad     tokens 7 from small, until Tue 23:59:59.998
Mon 23:59:59.999  cid opens autocad     refused limit_reached
Tue 00:00         cid opens autocad     tokens 7 from small, until Wed 00:00

# R8.7 0001.13  A week begins on Monday, a month on its first, both at midnight UTC.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
limit product autocad 7 per week
limit product revit 10 per month
Sun 08:00                ben opens autocad     tokens 7 from small, until Mon 08:00
Sun 08:00                ben opens revit       tokens 10 from small, until Mon 08:00
Sun 23:59:59.999         eve opens autocad     refused limit_reached
Mon 00:00                eve opens autocad     tokens 7 from small, until Tue 00:00
2026-01-31 23:59:59.999  eve opens revit       refused limit_reached
2026-02-01               eve opens revit       tokens 10 from small, until 2026-02-02

# R8.7  A limit can hold for a user, or for a user in a product.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
limit user ben 10 per day
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens revit       refused limit_reached
Mon 08:00  eve opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  eve opens revit       tokens 10 from small, until Tue 08:00
Fri 08:00  no limits
Fri 08:00  limit ben in autocad 6 per day
Fri 08:00  ben opens autocad     refused limit_reached
Fri 08:00  ben opens revit       tokens 10 from small, until Sat 08:00
Fri 08:00  eve opens autocad     tokens 7 from small, until Sat 08:00

# R8.7  A limit for everyone counts each user alone.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
not at http because there a limit of users names its user
limit everyone 10 per day
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens revit       refused limit_reached
Mon 08:00  eve opens revit       tokens 10 from small, until Tue 08:00
Mon 08:00  eve opens autocad     refused limit_reached

# R8.7  A limit that only warns refuses nothing.
product autocad 7 per day
pack small 500 bought 2026-01-05
limit team 5 per day warn
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00

# R8.7 0001.13  Held tokens count from the day on which they were held; what returns is taken off that day.
product render 1 per photo
pack small 500 bought 2026-01-05
limit team 10 per day
Mon 20:00  ben starts j1 for 8 of render     held 8, until Tue 20:00
Mon 21:00  eve starts j2 for 3 of render     refused limit_reached
Mon 22:00  ben completes j1 with 5           charged 5, returned 3
Mon 22:00  eve starts j2 for 5 of render     held 5, until Tue 22:00
Tue 08:00  eve starts j3 for 10 of render    held 10, until Wed 08:00
Tue 09:00  eve cancels j2                    charged 0, returned 5
Tue 09:00  eve starts j4 for 1 of render     refused limit_reached

# R8.7 R5.6  A short launch that is given back no longer counts.
product autocad 7 per day
pack small 500 bought 2026-01-05
limit team 7 per day
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:01  eve opens autocad     refused limit_reached
Mon 08:02  ben closes autocad    reversed 7
Mon 08:03  eve opens autocad     tokens 7 from small, until Tue 08:03

# R8.7  Seats, trials and free products know no limit.
product autocad 7 per day
product viewer free
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
trial of autocad for eve until 2026-02-01
limit team 0 per day
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens autocad     trial, until Tue 08:00
Mon 08:00  cid opens viewer      free, until Tue 08:00

# R8.7 R1.4 R7.4  A hold that has run out no longer counts, whether anything was recorded or not.
product render 0.1 per photo
pack small 500 bought 2026-01-05
limit user ben 10 per month
Mon 08:00         ben starts j1 for 100 of render    held 10, until Tue 08:00
Tue 07:59:59.999  ben starts j2 for 1 of render      refused limit_reached
Tue 08:00         ben starts j2 for 100 of render    held 10, until Wed 08:00

# R8.7  What is left under each limit that counts a charge is in its answer; where none counts, nothing is said.
product autocad 7 per day
product revit 10 per day
product render 1 per photo
pack small 500 bought 2026-01-05
limit team 30 per week
limit ben in revit 15 per month
Mon 08:00  ben asks for revit              tokens 10 from small, until Tue 08:00, left team/week 20 + user_product/month 5
Mon 08:00  ben opens revit as s1           tokens 10 from small, until Tue 08:00, left team/week 20 + user_product/month 5
Mon 09:00  eve opens autocad               tokens 7 from small, until Tue 09:00, left team/week 13
Mon 10:00  ben opens revit as s1           tokens 10 from small, until Tue 08:00, left team/week 13 + user_product/month 5
Mon 11:00  eve starts j1 for 3 of render   held 3, until Tue 11:00, left team/week 10
Mon 12:00  cid opens revit                 tokens 10 from small, until Tue 12:00, left team/week 0
Tue 08:00  ben is working as s1            refused limit_reached, left team/week 0 + user_product/month 5
Tue 08:30  eve completes j1 with 1         charged 1, returned 2
Tue 09:00  eve asks for 1 of render        held 1, until Wed 09:00, needs 1 has 472 leaves 471, left team/week 1

# R8.7  A limit that warns says in each answer that it is exceeded, and how much is left until it is.
product autocad 7 per day
pack small 500 bought 2026-01-05
limit team 14 per day warn
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00, left team/day 7
Mon 08:00  eve opens autocad     tokens 7 from small, until Tue 08:00, left team/day 0
Mon 08:00  cid opens autocad     tokens 7 from small, until Tue 08:00, left team/day 0 exceeded
Mon 08:00  dan opens autocad     tokens 7 from small, until Tue 08:00, left team/day 0 exceeded
Tue 08:00  ben opens autocad     tokens 7 from small, until Wed 08:00, left team/day 7

# R8.7 0001.13  A limit that is changed in the middle of a period counts what was spent in it before.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 09:00  limit team 10 per day
Mon 09:00  eve opens autocad     refused limit_reached, left team/day 3
Mon 10:00  no limits
Mon 10:00  limit team 14 per day
Mon 10:00  eve opens autocad     tokens 7 from small, until Tue 10:00, left team/day 0
Mon 11:00  no limits
Mon 11:00  limit team 5 per day warn
Mon 11:00  cid opens autocad     tokens 7 from small, until Tue 11:00, left team/day 0 exceeded

# R8.7 R10.1 0001.13  A day is the team's day: in Los Angeles it ends at 08:00 UTC.
product autocad 7 per day
time zone America/Los_Angeles
pack small 500 bought 2026-01-05
limit team 7 per day
Mon 07:59:59.999  ben opens autocad     tokens 7 from small, until Tue 07:59:59.999
Mon 08:00         eve opens autocad     tokens 7 from small, until Tue 08:00
Tue 07:59:59.999  cid opens autocad     refused limit_reached
Tue 08:00         cid opens autocad     tokens 7 from small, until Wed 08:00

# R8.7 R10.1 0001.13  When the clocks are put forward in Berlin a day has 23 hours, and 25 when they are put back.
product autocad 7 per day
time zone Europe/Berlin
pack small 500 bought 2026-01-05
limit team 7 per day
2026-03-28 23:00         ben opens autocad     tokens 7 from small, until 2026-03-29 23:00
2026-03-29 21:59:59.999  eve opens autocad     refused limit_reached
2026-03-29 22:00         eve opens autocad     tokens 7 from small, until 2026-03-30 22:00
2026-10-24 22:00         ben opens autocad     tokens 7 from small, until 2026-10-25 22:00
2026-10-25 22:59:59.999  eve opens autocad     refused limit_reached
2026-10-25 23:00         eve opens autocad     tokens 7 from small, until 2026-10-26 23:00

# R8.7 R10.1 0001.13  What returns is taken off the team's day in which it was held.
product render 1 per photo
time zone Asia/Kathmandu
pack small 500 bought 2026-01-05
limit team 10 per day
Mon 18:00  ben starts j1 for 8 of render     held 8, until Tue 18:00
Mon 18:14  eve starts j2 for 3 of render     refused limit_reached
Mon 18:15  eve starts j2 for 8 of render     held 8, until Tue 18:15
Mon 19:00  ben completes j1 with 0           charged 0, returned 8
Mon 19:00  ben starts j3 for 3 of render     refused limit_reached, left team/day 2

# R8.7 0001.20  A limit of a group counts what its members are charged together.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
group cad
put ben into cad
put eve into cad
limit group cad 17 per day
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00, left group/day 10
Mon 08:00  eve opens revit       tokens 10 from small, until Tue 08:00, left group/day 0
Mon 08:00  ben opens revit       refused limit_reached, left group/day 0
Mon 08:00  cid opens revit       tokens 10 from small, until Tue 08:00
Tue 08:00  ben opens revit       tokens 10 from small, until Wed 08:00, left group/day 7

# R8.7 0001.20  Who joins a group brings nothing along, and who leaves it takes nothing away.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
group cad
put eve into cad
limit group cad 17 per day
Mon 08:00  ben opens autocad             tokens 7 from small, until Tue 08:00
Mon 09:00  put ben into cad
Mon 09:00  ben opens revit               tokens 10 from small, until Tue 09:00, left group/day 7
Mon 10:00  take ben out of cad
Mon 10:00  eve opens autocad             tokens 7 from small, until Tue 10:00, left group/day 0
Mon 10:00  cid opens autocad             tokens 7 from small, until Tue 10:00

# R8.7 0001.20  What is given back is taken off the groups that it counted for, whoever is in them by then.
product render 1 per photo
pack small 500 bought 2026-01-05
group cad
put ben into cad
limit group cad 10 per day
Mon 08:00  ben starts j1 for 8 of render     held 8, until Tue 08:00, left group/day 2
Mon 09:00  take ben out of cad
Mon 09:00  put eve into cad
Mon 09:00  eve starts j2 for 3 of render     refused limit_reached, left group/day 2
Mon 10:00  ben completes j1 with 1           charged 1, returned 7
Mon 10:00  eve starts j2 for 3 of render     held 3, until Tue 10:00, left group/day 6
