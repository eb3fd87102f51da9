# R3.1  Every purchase is a pack of its own, with a year of its own; it can be made at any time.
product autocad 7 per day
Mon 08:00          ben opens autocad     refused tokens_insufficient, needs 7 has 0
Mon 08:00          buy pack first 500    expires 2027-01-05 08:00
Tue 09:30          buy pack second 500   expires 2027-01-06 09:30
balance 1000
2027-01-05 08:00   balance 500 expired 500
2027-01-06 09:30   balance 0 expired 1000

# R3.1  Buying the same pack again is the same purchase; another size under its name is a mistake.
product autocad 7 per day
Mon 08:00   buy pack first 500    expires 2027-01-05 08:00
Tue 08:00   buy pack first 500    expires 2027-01-05 08:00
Tue 08:00   buy pack first 1000   error idempotency_conflict
balance 500

# R3.2  A pack can be drawn from at the instant of its purchase, and no longer at the instant of its end.
product autocad 7 per day
Mon 08:00                buy pack small 20     expires 2027-01-05 08:00
Mon 08:00                ben opens autocad     tokens 7 from small, until Tue 08:00
2027-01-05 07:59:59.999  eve opens autocad     tokens 7 from small, until 2027-01-06 07:59:59.999
2027-01-05 08:00         cid opens autocad     refused tokens_insufficient, needs 7 has 0
balance 0 used 14 expired 6

# R3.3  The pack whose expiry date comes first is drawn from first, whatever its size.
product autocad 7 per day
pack small 10 bought 2026-01-05
pack big 1000 bought 2025-06-01
Mon 08:00  ben opens autocad     tokens 7 from big, until Tue 08:00

# R3.3  A date ends at midnight UTC: one millisecond sooner is another date.
product autocad 7 per day
pack small 10 bought 2026-01-03
pack big 1000 bought 2026-01-02 23:59:59.999
Mon 08:00  ben opens autocad     tokens 7 from big, until Tue 08:00

# R3.3  On one date the smaller size goes first, also when it ends later that day. A charge may span packs.
product autocad 7 per day
pack big 1000 bought 2026-01-02 08:00
pack small 10 bought 2026-01-02 20:00
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 09:00  eve opens autocad     tokens 7 from small 3 + big 4, until Tue 09:00
pack small left 0 drawn 10
pack big left 996 drawn 4

# R3.3  The size that counts is the original one, not what is left.
product autocad 7 per day
pack big 20 bought 2026-01-02
pack small 10 bought 2026-01-02
Mon 08:00  withdraw 15 from big because it was bought by mistake   tokens 15 from big
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00

# R3.3  Same date and size: the earlier end goes first, and at one instant the lower name.
product maya 25 per day
pack b 10 bought 2026-01-02 09:00
pack c 10 bought 2026-01-02 08:00
pack a 10 bought 2026-01-02 09:00
Mon 08:00  ben opens maya        tokens 25 from c 10 + a 10 + b 5, until Tue 08:00

# R3.4  A charge is taken whole or not at all.
product autocad 7 per day
product lite 2 per day
pack small 9 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  eve opens autocad     refused tokens_insufficient, needs 7 has 2
balance 2
Mon 08:00  eve opens lite        tokens 2 from small, until Tue 08:00
balance 0 used 9

# R3.5  What a pack has left at its end is expired from that instant on, before anyone notes it and after.
product autocad 7 per day
pack old 100 bought 2025-01-05 12:00
pack new 100 bought 2026-01-01
Mon 11:59:59.999  balance 200 expired 0
Mon 12:00         balance 100 expired 100
Mon 15:00         ben opens autocad   tokens 7 from new, until Tue 15:00
balance 93 used 7 expired 100
pack old left 0 expired 100

# R3.5 0001.12  Several packs end while nobody does anything; the next change finds each with what it had.
product autocad 7 per day
pack a 100 bought 2025-01-06
pack b 100 bought 2025-01-07
pack c 100 bought 2026-01-05
Mon 08:00  ben opens autocad    tokens 7 from a, until Tue 08:00
Mon 09:00  ben closes autocad
Thu 08:00  balance 100 used 7 expired 193
Thu 08:00  ben opens autocad    tokens 7 from c, until Fri 08:00
balance 93 used 14 expired 193
pack a left 0 drawn 7 expired 93
pack b left 0 drawn 0 expired 100

# R3.6  A reversal puts tokens back into the packs that they came from.
product autocad 7 per day
pack first 5 bought 2026-01-04
pack second 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from first 5 + second 2, until Tue 08:00
Mon 08:02  ben closes autocad    reversed 7
pack first left 5 drawn 0
pack second left 500 drawn 0
balance 505 used 0

# R3.6  What comes back to a pack that has ended counts as expired.
product autocad 7 per day
pack old 5 bought 2025-01-05 08:01
pack new 500 bought 2026-01-05
Mon 08:00  ben opens autocad     tokens 7 from old 5 + new 2, until Tue 08:00
Mon 08:02  ben closes autocad    reversed 7
pack old left 0 drawn 0 expired 5
balance 500 used 0 expired 5

# R3.7  At every instant a pack is what is left, held, drawn, expired and withdrawn.
product autocad 7 per day
product render 0.1 per photo
pack small 100 bought 2026-01-05
Mon 08:00         ben opens autocad                           tokens 7 from small, until Tue 08:00
Mon 09:00         ben starts j1 for 100 of render             held 10, until Tue 09:00
Mon 10:00         withdraw 3 from small because it was granted twice     tokens 3 from small
pack small left 80 held 10 drawn 7 expired 0 withdrawn 3
Tue 09:00         balance 90 held 0 used 7
2027-01-05 00:00  balance 0 held 0 used 7 expired 90 withdrawn 3
pack small left 0 held 0 drawn 7 expired 90 withdrawn 3

# R3.8  The operator grants and withdraws tokens, with a reason, and never more than what is left.
product autocad 7 per day
Mon 08:00  grant pack gift 50 because of a day without service    expires 2027-01-05 08:00
Mon 09:00  ben opens autocad                                      tokens 7 from gift, until Tue 09:00
Mon 10:00  withdraw 44 from gift because it was too much          error withdraw_too_much
Mon 10:00  withdraw 43 from gift because it was too much          tokens 43 from gift
Mon 10:00  withdraw 1 from lost because it was too much           error pack_unknown
balance 0 used 7 withdrawn 43

# R3.8  Tokens moved to another team keep the ends of the packs that they come from.
team globex
product autocad 7 per day
pack old 10 bought 2025-06-01
pack new 100 bought 2026-01-05
Mon 08:00   move 111 to globex because the companies merge             error withdraw_too_much
Mon 08:00   move 30 to globex as merger because the companies merge    tokens 30 from old 10 + new 20
balance 80 withdrawn 30
balance of globex 30
2026-06-01  balance of globex 20 expired 10
2026-06-01  balance 80 expired 0
2027-01-05  balance of globex 0 expired 30

# R3.8  A move that cannot be made leaves both teams as they were.
team globex
product autocad 7 per day
pack new 100 bought 2026-01-05
Mon 08:00   buy pack merger-1 50 for globex                            expires 2027-01-05 08:00
Mon 08:00   move 10 to globex as merger because the companies merge    error idempotency_conflict
balance 100 withdrawn 0
balance of globex 50
Mon 09:00   ben opens autocad                                          tokens 7 from new, until Tue 09:00
