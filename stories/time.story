# R1.1  Times are exact to the millisecond, and an end no longer belongs to what it ends.
product autocad 7 per day
pack small 500 bought 2026-01-05
trial of autocad for ben until Mon 09:00:00.001
Mon 09:00          ben asks for autocad  trial, until Tue 09:00, lease until Mon 09:00:00.001
Mon 09:00:00.001   ben opens autocad     tokens 7 from small, until Tue 09:00:00.001
Tue 09:00          eve opens autocad     tokens 7 from small, until Wed 09:00
Tue 09:00          ben opens autocad     tokens 0, until Tue 09:00:00.001
Tue 09:00:00.001   ben opens autocad     tokens 7 from small, until Wed 09:00:00.001

# R1.2  A day pass lasts 24 hours: a millisecond before it still covers, at its end it does not.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00          ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 17:00          ben closes autocad
Tue 07:59:59.999   ben opens autocad     tokens 0, until Tue 08:00
Tue 07:59:59.999   ben closes autocad
Tue 08:00          ben opens autocad     tokens 7 from small, until Wed 08:00

# R1.2  A pack lasts 365 days of 24 hours, over a leap day too.
product autocad 7 per day
2027-03-01 08:00:00.001  buy pack small 500    expires 2028-02-29 08:00:00.001
2028-02-29 08:00         ben opens autocad     tokens 7 from small, until 2028-03-01 08:00
2028-02-29 08:00:00.001  eve opens autocad     refused tokens_insufficient, needs 7 has 0

# R1.3  For a team time never goes back: when the clock is set back a little, its last instant counts on.
product autocad 7 per day
pack small 500 bought 2026-01-05
not at http because a virtual clock never goes back
Mon 08:00   ben opens autocad     tokens 7 from small, until Tue 08:00
back 2s     eve opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00   balance 486

# R1.3  A clock that is more than 5 seconds behind is not believed: nothing is decided until it is right.
product autocad 7 per day
pack small 500 bought 2026-01-05
not at rules because the rules have no clock
not at http because a virtual clock never goes back
Mon 08:00   ben opens autocad     tokens 7 from small, until Tue 08:00
back 5s     eve opens autocad     tokens 7 from small, until Tue 08:00
back 1ms    cid opens autocad     error clock_behind
Mon 08:00   cid opens autocad     tokens 7 from small, until Tue 08:00

# R1.4  A pack ends and a pass ends by time alone; nobody has to sweep.
product autocad 7 per day
pack small 500 bought 2025-01-05 12:00
Mon 11:00          ben opens autocad     tokens 7 from small, until Tue 11:00
Mon 11:59:59.999   balance 493 expired 0
Mon 12:00          balance 0 used 7 expired 493
Tue 10:59:59.999   ben opens autocad on desktop   tokens 0, until Tue 11:00
Tue 11:00          ben opens autocad on laptop    refused tokens_insufficient, needs 7 has 0

# R1.5  Tokens count in thousandths, exactly.
product draft 0.125 per day
product render 0.1 per photo
pack small 1 bought 2026-01-05
Mon 08:00  ben opens draft                   tokens 0.125 from small, until Tue 08:00
Mon 08:00  ben starts j1 for 3 of render     held 0.3, until Tue 08:00
Mon 08:00  ben starts j2 for 3 of render     held 0.3, until Tue 08:00
balance 0.275 held 0.6 used 0.125
Mon 09:00  eve starts j3 for 2.76 of render  refused tokens_insufficient, needs 0.276 has 0.275
Mon 09:00  eve starts j4 for 2.75 of render  held 0.275, until Tue 09:00
balance 0
