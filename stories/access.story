# R4.1  A product that is not in the catalogue is refused, whoever asks.
product autocad 7 per day
stranger zoe
suspend
Mon 08:00  zoe opens photoshop    refused product_unknown
Mon 08:00  ben opens photoshop    refused product_unknown

# R4.1  A retired product is refused before its version is looked at.
product autocad 7 per day, versions 2026 2025
pack small 500 bought 2026-01-05
stranger zoe
Mon 08:00  ben opens autocad version 2026    tokens 7 from small, until Tue 08:00
Mon 09:00  product autocad 7 per day, versions 2026 2025, retired
Mon 09:00  ben opens autocad version 1999    refused product_retired
Mon 09:00  zoe opens autocad version 2026    refused product_retired
Mon 09:00  ben is working                    refused product_retired

# R4.1  The version is looked at before the user.
product autocad 7 per day, versions 2026 2025
stranger zoe
Mon 08:00  zoe opens autocad version 1999    refused version_unsupported
Mon 08:00  zoe opens autocad version 2026    refused user_unknown

# R4.2  Who is not in the team, who was removed from it, and a team that is suspended, in this order.
product autocad 7 per day
product viewer free
pack small 500 bought 2026-01-05
stranger zoe
seats s1 5 of autocad from 2026-01-01 until 2026-07-01
assign autocad to eve
Mon 08:00  remove cid
Mon 09:00  suspend
Mon 09:00  zoe opens autocad     refused user_unknown
Mon 09:00  cid opens autocad     refused user_inactive
Mon 09:00  cid opens viewer      refused user_inactive
Mon 09:00  ben opens autocad     refused team_suspended
Mon 09:00  ben opens viewer      refused team_suspended
Mon 09:00  eve opens autocad     refused team_suspended
Mon 10:00  resume
Mon 10:00  ben opens autocad     tokens 7 from small, until Tue 10:00
Mon 10:00  eve opens autocad     seat, until Tue 10:00, lease until 2026-02-04 10:00

# R4.2  A suspended team opens nothing, not even inside a live pass, and it is told so before anything of Flex.
product autocad 7 per day
pack small 500 bought 2026-01-05
user dan without flex
limit team 7 per day
Mon 08:00  ben opens autocad             tokens 7 from small, until Tue 08:00
Mon 09:00  suspend
Mon 09:00  ben is working                refused team_suspended
Mon 09:00  ben opens autocad on laptop   refused team_suspended
Mon 09:00  dan opens autocad             refused team_suspended
Mon 09:00  eve opens autocad             refused team_suspended
Mon 10:00  resume
Mon 10:00  ben is working                tokens 0, until Tue 08:00

# R4.3  A free product is open to every user of the team, without seat, Flex or tokens.
product viewer free
user dan without flex
defaults listed
Mon 08:00  dan opens viewer      free, until Tue 08:00
Tue 08:00  dan is working        free, until Wed 08:00

# R4.4  A seat covers its product from the first instant of its term to the last millisecond.
product autocad 7 per day
pack small 500 bought 2026-01-01
seats s1 1 of autocad from 2026-01-05 08:00 until 2026-01-07 08:00
assign autocad to ben
Mon 07:59:59.999  ben asks for autocad   tokens 7 from small, until Tue 07:59:59.999
Mon 08:00         ben opens autocad      seat, until Tue 08:00, lease until Wed 08:00
Wed 07:59:59.999  ben is working         seat, until Thu 07:59:59.999, lease until Wed 08:00
Wed 08:00         ben opens autocad on laptop   tokens 7 from small, until Thu 08:00

# R4.4  A seat of a collection covers each of its products, and no other.
product revit 10 per day
product civil 10 per day
product maya 6 per day
collection aec revit civil
seats s1 1 of aec from 2026-01-01 until 2026-07-01
assign aec to ben
Mon 08:00  ben opens revit     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  ben opens civil     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  ben opens maya      refused tokens_insufficient, needs 6 has 0

# R4.4  A seat of one's own comes before a floating one.
product revit 10 per day
collection aec revit
seats s1 1 of revit from 2026-01-01 until 2026-07-01
floating seats f1 1 of aec from 2026-01-01 until 2026-07-01
assign floating aec to ben
assign revit to ben
assign floating aec to eve
Mon 08:00  ben opens revit     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens revit     floating seat, until Tue 08:00

# R4.4 0001.10  A floating seat must be free at this moment; it is when all its sessions are closed.
product autocad 7 per day
pack small 500 bought 2026-01-05
floating seats f1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
assign autocad to eve
user dan without flex
assign autocad to dan
Mon 08:00  ben opens autocad on desktop   floating seat, until Tue 08:00
Mon 08:10  ben opens autocad on laptop    floating seat, until Tue 08:00
Mon 09:00  eve opens autocad              tokens 7 from small, until Tue 09:00
Mon 09:00  dan opens autocad              refused flex_not_assigned
Mon 10:00  ben closes autocad on desktop
Mon 10:00  dan opens autocad              refused flex_not_assigned
Mon 11:00  ben closes autocad on laptop
Mon 11:00  dan opens autocad              floating seat, until Tue 11:00
Mon 12:00  dan closes autocad
Mon 12:00  ben opens autocad              floating seat, until Tue 08:00

# R4.4 0001.10  A floating seat is one for all products of its collection; a crashed machine blocks it to the end of the pass.
product revit 10 per day
product civil 10 per day
collection aec revit civil
user ben without flex
user eve without flex
floating seats f1 1 of aec from 2026-01-01 until 2026-07-01
assign aec to ben
assign aec to eve
Mon 08:00         ben opens revit       floating seat, until Tue 08:00
Mon 09:00         ben opens civil       floating seat, until Tue 09:00
Mon 10:00         ben closes revit
Mon 10:00         eve opens revit       refused flex_not_assigned
Mon 11:00         ben vanishes from civil
Tue 08:59:59.999  eve opens revit       refused flex_not_assigned
Tue 09:00         eve opens revit       floating seat, until Wed 09:00

# R4.4 0001.2  A floating seat that went to somebody else meanwhile is asked for anew, also inside its old pass.
product autocad 7 per day
pack small 500 bought 2026-01-05
floating seats f1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
assign autocad to eve
Mon 08:00  ben opens autocad     floating seat, until Tue 08:00
Mon 09:00  ben closes autocad
Mon 09:00  eve opens autocad     floating seat, until Tue 09:00
Mon 10:00  ben opens autocad     tokens 7 from small, until Tue 10:00
Tue 08:30  ben is working        tokens 0, until Tue 10:00

# R4.4 0001.9  Seats go to the assigned users in the order of their assignment, as many as are in term.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
seats s2 1 of autocad from 2026-01-01 until 2026-01-07
assign autocad to ben
assign autocad to eve
Mon 08:00         eve opens autocad     seat, until Tue 08:00, lease until Wed 00:00
Mon 08:00         ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Tue 08:00         eve is working        seat, until Wed 08:00, lease until Wed 00:00
Wed 08:00         eve is working        tokens 7 from small, until Thu 08:00
Wed 08:00         ben is working        seat, until Thu 08:00, lease until 2026-02-06 08:00

# R4.4 0001.9  A subscription that is renewed in time needs no new assignment.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-01-07
assign autocad to ben
Tue 08:00         seats s2 1 of autocad from 2026-01-07 until 2027-01-07
Tue 08:00         ben opens autocad     seat, until Wed 08:00, lease until 2026-02-05 08:00
Wed 08:00         ben is working        seat, until Thu 08:00, lease until 2026-02-06 08:00

# R4.5  A trial covers its product until it is over; after the seat, before tokens.
product autocad 7 per day
pack small 500 bought 2026-01-05
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to eve
trial of autocad for ben until Wed 12:00
trial of autocad for eve until Wed 12:00
Mon 08:00         eve opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00         ben opens autocad     trial, until Tue 08:00
Wed 11:59:59.999  ben is working        trial, until Thu 11:59:59.999, lease until Wed 12:00
Wed 12:00         ben opens autocad on laptop   tokens 7 from small, until Thu 12:00
balance 493

# R4.5  A trial is for one user and one product, and needs no Flex.
product autocad 7 per day
product revit 10 per day
user ben without flex
user eve without flex
trial of autocad for ben until Fri 08:00
Mon 08:00  ben opens autocad     trial, until Tue 08:00
Mon 08:00  ben opens revit       refused flex_not_assigned
Mon 08:00  eve opens autocad     refused flex_not_assigned

# R4.6  A live pass that tokens paid for covers, whatever became of Flex, the tokens, the defaults and the limits.
product autocad 7 per day
pack small 7 bought 2026-01-05
limit team 7 per day
Mon 08:00  ben opens autocad                         tokens 7 from small, until Tue 08:00
Mon 09:00  unassign flex from ben
Mon 09:00  defaults listed
Mon 09:00  product autocad 7 per day, seat only
Mon 09:00  ben opens autocad version 2026 on laptop  tokens 0, until Tue 08:00
Mon 09:00  ben opens autocad version 2025 on desktop  tokens 0, until Tue 08:00
Mon 09:00  ben opens autocad version 2025 on desktop  tokens 0, until Tue 08:00
balance 0 used 7

# R4.7  Without Flex nothing of Flex is looked at.
product vault 4 per day, seat only
product autocad 7 per day
user dan without flex
defaults listed
limit team 0 per day
Mon 08:00  dan opens vault       refused flex_not_assigned
Mon 08:00  dan opens autocad     refused flex_not_assigned

# R4.7  A product that Flex does not have is told before the team's own choice.
product vault 4 per day, seat only
defaults listed
limit team 0 per day
Mon 08:00  ben opens vault       refused product_not_in_flex

# R4.7  A product that the team does not open with tokens is told before limits and balance.
product autocad 7 per day
product revit 10 per day
defaults listed revit
limit team 0 per day
Mon 08:00  ben opens autocad     refused product_excluded

# R4.7 R8.7  A limit is told before the balance.
product autocad 7 per day
limit team 6.999 per day
Mon 08:00  ben opens autocad     refused limit_reached
Mon 09:00  no limits
Mon 09:00  ben opens autocad     refused tokens_insufficient, needs 7 has 0

# R4.7  Too few tokens: the answer tells how many are needed and how many there are.
product autocad 7 per day
pack small 6.999 bought 2026-01-05
pack other 1 bought 2025-01-05 08:00
Mon 07:59:59.999  ben asks for autocad   tokens 7 from other 1 + small 6, until Tue 07:59:59.999
Mon 08:00         ben opens autocad      refused tokens_insufficient, needs 7 has 6.999

# R4.8  Otherwise tokens are charged, and a pass begins.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:15:30.500  ben opens autocad     tokens 7 from small, until Tue 08:15:30.500
balance 493 used 7

# R4.8  The same question can be asked without effect, and has the same answer.
product autocad 7 per day
product revit 600 per day
pack small 500 bought 2026-01-05
stranger zoe
Mon 08:00  ben asks for autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  ben asks for autocad     tokens 7 from small, until Tue 08:00
Mon 08:00  ben asks for revit       refused tokens_insufficient, needs 600 has 500
Mon 08:00  zoe asks for autocad     refused user_unknown
balance 500 used 0
Mon 08:30  ben opens autocad        tokens 7 from small, until Tue 08:30
Mon 09:00  ben asks for autocad     tokens 0, until Tue 08:30

# R4.9  A subscription is used before tokens, without anyone choosing.
product autocad 7 per day
product revit 10 per day
collection aec autocad revit
pack small 500 bought 2026-01-05
seats s1 1 of aec from 2026-01-01 until 2026-07-01
floating seats f1 1 of autocad from 2026-01-01 until 2026-07-01
assign aec to ben
assign autocad to eve
Mon 08:00  ben opens autocad     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  ben opens revit       seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens autocad     floating seat, until Tue 08:00
Mon 08:00  eve opens revit       tokens 10 from small, until Tue 08:00
balance 490

# R4.10  Three devices at once, and not a fourth: one of them must be closed first.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad on desktop     tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens autocad on laptop      tokens 0, until Tue 08:00
Mon 08:00  ben opens autocad on tablet      tokens 0, until Tue 08:00
Mon 08:00  ben opens autocad on phone       refused devices_exceeded
Mon 08:00  ben asks for autocad on phone    refused devices_exceeded
Mon 08:00  ben opens autocad on laptop as second    tokens 0, until Tue 08:00
Mon 08:00  ben opens revit on phone         tokens 10 from small, until Tue 08:00
Mon 08:00  eve opens autocad on phone       tokens 7 from small, until Tue 08:00
Mon 09:00  ben closes autocad as second
Mon 09:00  ben opens autocad on phone       refused devices_exceeded
Mon 09:00  ben closes autocad on laptop
Mon 09:00  ben opens autocad on phone       tokens 0, until Tue 08:00

# R4.10 0001.4  Devices are counted last, unnamed ones not at all, and only inside a live pass.
product autocad 7 per day
pack small 14 bought 2026-01-05
devices 1
Mon 08:00  ben opens autocad on desktop     tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens autocad as nameless    tokens 0, until Tue 08:00
Mon 08:00  ben opens autocad on laptop      refused devices_exceeded
Mon 09:00  suspend
Mon 09:00  ben opens autocad on laptop      refused team_suspended
Mon 09:00  resume
Tue 08:00  ben opens autocad on laptop      tokens 7 from small, until Wed 08:00
Tue 08:00  ben opens autocad on desktop as again    refused devices_exceeded
Wed 08:00  ben opens autocad on desktop as late     refused tokens_insufficient, needs 7 has 0

# R4.10  The number of devices is a setting. Seats are bound by it too.
product autocad 7 per day
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
assign autocad to ben
devices 1
Mon 08:00  ben opens autocad on desktop     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  ben opens autocad on laptop      refused devices_exceeded
Mon 09:00  devices 2
Mon 09:00  ben opens autocad on laptop      seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  ben opens autocad on tablet      refused devices_exceeded

# R4.10  A setting of 0 is as many devices as one likes.
product autocad 7 per day
pack small 500 bought 2026-01-05
not at http because there a number of devices is at least 1
devices 0
Mon 08:00  ben opens autocad on desktop     tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens autocad on laptop      tokens 0, until Tue 08:00
Mon 08:00  ben opens autocad on tablet      tokens 0, until Tue 08:00
Mon 08:00  ben opens autocad on phone       tokens 0, until Tue 08:00

# R4.5 R5.9  A trial that is ended covers no opening any more; who is working keeps the pass to its end.
product autocad 7 per day
user ben without flex
trial of autocad for ben until 2026-02-01
Mon 08:00  ben opens autocad       trial, until Tue 08:00
Mon 09:00  end trial of autocad for ben
Mon 09:00  end trial of autocad for ben
Mon 10:00  ben is working          trial kept, until Tue 08:00
Mon 10:00  ben asks for autocad    refused flex_not_assigned
Tue 08:00  ben is working          refused flex_not_assigned
