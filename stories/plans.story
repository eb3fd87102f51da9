# R9.1 R1.4  Premium is in force while it is ordered and 50 single-user seats are in term; time alone ends it.
product autocad 7 per day
seats most 49 of autocad from 2026-01-01 until 2027-01-01
order plan premium
Mon 08:00  which plan                       plan standard seats_short
Mon 09:00  seats last 1 of autocad from 2026-01-06 until 2026-01-08
Mon 09:00  which plan                       plan standard seats_short
Mon 23:59:59.999  which plan                plan standard seats_short
Tue 00:00  which plan                       plan premium as_ordered
Wed 23:59:59.999  which plan                plan premium as_ordered
Thu 00:00  which plan                       plan standard seats_short

# R9.1  Neither tokens nor floating seats count, and a team without seats has Standard.
product autocad 7 per day
pack big 100000 bought 2026-01-05
order plan premium
Mon 08:00  which plan                       plan standard no_subscriptions
Mon 09:00  floating seats f1 200 of autocad from 2026-01-01 until 2027-01-01
Mon 09:00  which plan                       plan standard seats_short

# R9.1  Seats count whatever they are of, and whoever orders Standard has Standard.
product autocad 7 per day
product revit 10 per day
collection aec autocad revit
seats s1 20 of autocad from 2026-01-01 until 2027-01-01
seats s2 20 of revit from 2026-01-01 until 2027-01-01
seats s3 10 of aec from 2026-01-01 until 2027-01-01
Mon 08:00  which plan                       plan standard as_ordered
Mon 09:00  order plan premium
Mon 09:00  which plan                       plan premium as_ordered
Mon 10:00  order plan standard
Mon 10:00  which plan                       plan standard as_ordered
Mon 10:00  order plan gold                  error body_invalid

# R9.1 R8.10  Seats that were gained by a trade count like bought ones.
product autocad 7 per day
floating seats f1 25 of autocad from 2026-01-01 until 2027-01-01
order plan premium
Mon 08:00  which plan                       plan standard seats_short
Mon 09:00  trade all seats of f1 as t1      gained 50
Mon 09:00  which plan                       plan premium as_ordered

# R9.2  What a plan unlocks is one table, which the operator can change.
product autocad 7 per day
seats s1 50 of autocad from 2026-01-01 until 2027-01-01
Mon 08:00  may use summary_reports          unlocked yes
Mon 08:00  may use product_reports          unlocked yes
Mon 08:00  may use user_reports             unlocked no
Mon 08:00  may use directory_sync           unlocked no
Mon 08:00  may use reporting_names          unlocked no
Mon 09:00  order plan premium
Mon 09:00  may use user_reports             unlocked yes
Mon 09:00  may use directory_sync           unlocked yes
Mon 09:00  may use reporting_names          unlocked yes
Mon 10:00  order plan standard
Mon 10:00  unlock user_reports from standard
Mon 10:00  may use user_reports             unlocked yes
Mon 11:00  unlock summary_reports from premium
Mon 11:00  may use summary_reports          unlocked no
Mon 11:00  may use user_reports             unlocked no
