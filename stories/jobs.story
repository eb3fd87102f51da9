# R7.1  A quote tells what is needed, what there is and what would remain; it changes nothing.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben asks for 100 of render      held 10, until Tue 08:00, needs 10 has 500 leaves 490
Mon 08:00  ben asks for 6000 of render     refused tokens_insufficient, needs 600 has 500
balance 500 held 0

# R7.2  Starting a job holds its tokens; nobody else can use them.
product render 0.1 per photo
product autocad 7 per day
pack small 15 bought 2026-01-05
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
balance 5 held 10 used 0
Mon 08:00  eve opens autocad                  refused tokens_insufficient, needs 7 has 5
Mon 08:00  eve starts j2 for 51 of render     refused tokens_insufficient, needs 5.1 has 5
Mon 08:00  eve starts j2 for 50 of render     held 5, until Tue 08:00
balance 0 held 15

# R7.2  Starting a job again is the same job; another job under its name is a mistake.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 09:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 09:00  ben starts j1 for 200 of render    error idempotency_conflict
balance 490 held 10

# R7.2  A job is refused for the reasons of an opening, in the same order.
product render 0.1 per photo
product vault 1 per file, seat only
product old 1 per file, retired
pack small 500 bought 2026-01-05
stranger zoe
user dan without flex
defaults listed vault
limit team 5 per day
Mon 08:00  zoe starts j1 for 1 of paint       refused product_unknown
Mon 08:00  zoe starts j1 for 1 of old         refused product_retired
Mon 08:00  zoe starts j1 for 1 of render      refused user_unknown
Mon 08:00  dan starts j1 for 1 of render      refused flex_not_assigned
Mon 08:00  ben starts j1 for 1 of vault       refused product_not_in_flex
Mon 08:00  ben starts j1 for 1 of render      refused product_excluded
Mon 09:00  defaults all
Mon 09:00  ben starts j1 for 6000 of render   refused limit_reached
Mon 09:00  ben starts j1 for 50 of render     held 5, until Tue 09:00
Mon 10:00  remove cid
Mon 10:00  cid starts j2 for 1 of render      refused user_inactive
Mon 10:00  suspend
Mon 10:00  ben starts j2 for 1 of render      refused team_suspended
Mon 10:00  ben completes j1 with 50           charged 5, returned 0

# R7.3  Completing charges what was produced; the rest returns.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 09:00  ben completes j1 with 80           charged 8, returned 2
balance 492 held 0 used 8
Mon 09:01  ben completes j1 with 80           charged 8, returned 2
Mon 09:01  ben completes j1 with 90           error job_ended
Mon 09:01  ben cancels j1                     error job_ended
Mon 09:01  ben completes j9 with 1            error job_unknown
balance 492

# R7.3  More than was held is charged up to what was held.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 09:00  ben completes j1 with 130          charged 10, returned 0
balance 490

# R7.3  Cancelled before the first result, everything returns; after it, what was produced is charged.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 08:00  ben starts j2 for 100 of render    held 10, until Tue 08:00
Mon 09:00  ben cancels j1                     charged 0, returned 10
Mon 09:00  ben cancels j2 after 30            charged 3, returned 7
balance 497 used 3

# R7.3 0001.11  A part of a thousandth is charged as a whole one.
product render 0.125 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 0.01 of render    held 0.002, until Tue 08:00
Mon 09:00  ben completes j1 with 0.001         charged 0.001, returned 0.001
balance 499.999

# R7.3 0001.11  The first packs of a hold are charged, the last ones get theirs back.
product render 1 per photo
pack first 5 bought 2026-01-04
pack second 500 bought 2026-01-05
Mon 08:00  ben starts j1 for 8 of render    held 8, until Tue 08:00
pack first left 0 held 5
pack second left 497 held 3
Mon 09:00  ben completes j1 with 4          charged 4, returned 4
pack first left 1 held 0 drawn 4
pack second left 500 held 0 drawn 0

# R7.3 R3.6  A pack that ends while it is held: the charge is good, what returns counts as expired.
product render 1 per photo
pack old 10 bought 2025-01-05 12:00
pack new 10 bought 2026-01-05
Mon 11:00  ben starts j1 for 12 of render    held 12, until Tue 11:00
Mon 12:00  balance 8 held 12 expired 0
Mon 13:00  ben completes j1 with 4           charged 4, returned 8
balance 10 held 0 used 4 expired 6

# R7.4  A hold runs out by itself after 24 hours; it then has nothing more to charge.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00         ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 08:00         ben starts j2 for 100 of render    held 10, until Tue 08:00
Tue 07:59:59.999  balance 480 held 20
Tue 07:59:59.999  ben completes j1 with 100          charged 10, returned 0
Tue 08:00         balance 490 held 0 used 10
Tue 08:00         ben completes j2 with 100          error hold_expired
Tue 08:00         ben cancels j2                     charged 0, returned 10
Tue 09:00         eve starts j3 for 4900 of render   held 490, until Wed 09:00
balance 0 held 490 used 10
Tue 09:00         ben completes j2 with 100          error hold_expired

# R7.4  A service can have a hold of its own.
product render 0.1 per photo, hold 2h
pack small 500 bought 2026-01-05
Mon 08:00         ben starts j1 for 100 of render    held 10, until Mon 10:00
Mon 09:59:59.999  balance 490 held 10
Mon 10:00         balance 500 held 0

# R7.4  A hold that runs out when its pack ends, or later, returns nothing that could be used.
product render 1 per photo
pack old 10 bought 2025-01-06 08:00
pack older 10 bought 2025-01-06 07:00
Mon 08:00  ben starts j1 for 15 of render    held 15, until Tue 08:00
Tue 06:59  balance 5 held 15 expired 0
Tue 07:00  balance 5 held 15 expired 0
Tue 08:00  balance 0 held 0 expired 20
Tue 09:00  buy pack new 1                    expires 2027-01-06 09:00
pack older left 0 held 0 expired 10
pack old left 0 held 0 expired 10

# R7.5  Seats do not cover metered services, unless the catalogue says so.
product render 0.1 per photo
product scan 1 per hour, covered by seats
pack small 500 bought 2026-01-05
collection aec render scan
seats s1 1 of aec from 2026-01-01 until 2026-07-01
assign aec to ben
Mon 08:00  ben starts j1 for 100 of render    held 10, until Tue 08:00
Mon 08:00  ben starts j2 for 2 of scan        seat, until Tue 08:00
Mon 08:00  eve starts j3 for 2 of scan        held 2, until Tue 08:00
Mon 09:00  ben completes j2 with 2            charged 0, returned 0
balance 488

# R7.2 0001.14  Daily products are opened and metered ones started; the other way round is a mistake. Free ones take both.
product autocad 7 per day
product render 0.1 per photo
product viewer free
pack small 500 bought 2026-01-05
Mon 08:00  ben opens render                   error kind_mismatch
Mon 08:00  ben starts j1 for 1 of autocad     error kind_mismatch
Mon 08:00  ben opens viewer                   free, until Tue 08:00
Mon 08:00  ben starts j2 for 1 of viewer      free, until Tue 08:00
Mon 09:00  ben completes j2 with 1            charged 0, returned 0
balance 500

# R7.2  A quantity is not negative and has an upper bound.
product render 0.1 per photo
pack small 500 bought 2026-01-05
Mon 08:00  ben starts j1 for -1 of render             error body_invalid
Mon 08:00  ben starts j1 for 1000000000.001 of render   error body_invalid
Mon 08:00  ben starts j1 for 1000000000 of render     refused tokens_insufficient, needs 100000000 has 500
Mon 08:00  ben starts j1 for 10 of render             held 1, until Tue 08:00
Mon 08:00  ben completes j1 with -1                   error body_invalid
balance 499 held 1

# R7.5 0001.18  A floating seat covers a service that the catalogue says, while it is free; a job does not keep it.
product scan 1 per hour, covered by seats
product revit 10 per day
pack small 500 bought 2026-01-05
collection aec revit scan
floating seats f1 1 of aec from 2026-01-01 until 2026-07-01
assign floating aec to ben
assign floating aec to eve
Mon 08:00  ben starts j1 for 2 of scan    seat, until Tue 08:00
Mon 08:00  eve opens revit                floating seat, until Tue 08:00
Mon 08:00  ben starts j2 for 2 of scan    held 2, until Tue 08:00
