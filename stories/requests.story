# R8.6  Who may not open a product asks for it, and is told the rate; an admin approves it for good.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed autocad
Mon 08:00  ben opens revit                             refused product_excluded
Mon 08:05  ben requests revit as r1 because the tower  request open, rate 10
Mon 08:06  ben opens revit                             refused product_excluded
Mon 08:10  approve r1                                  request approved
Mon 08:11  ben opens revit                             tokens 10 from small, until Tue 08:11
Mon 08:12  eve opens revit                             refused product_excluded
2026-12-30 08:00  ben opens revit                      tokens 10 from small, until 2026-12-31 08:00

# R8.6 0001.19  An approval stands in for Flex, for that product alone.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
user ben without flex
Mon 08:00  ben opens revit              refused flex_not_assigned
Mon 08:00  ben requests revit as r1     request open, rate 10
Mon 08:01  approve r1                   request approved
Mon 08:02  ben opens revit              tokens 10 from small, until Tue 08:02
Mon 08:02  ben opens autocad            refused flex_not_assigned

# R8.6 R1.4  Approved for days, it ends by itself when they are over, to the millisecond; a live pass runs on.
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00         ben requests revit as r1     request open, rate 10
Mon 09:00         approve r1 for 2 days        request approved, until Wed 09:00
Mon 10:00         ben opens revit as s1        tokens 10 from small, until Tue 10:00
Wed 08:59:59.999  ben opens revit as s2        tokens 10 from small, until Thu 08:59:59.999
Wed 09:00         ben opens revit as s3        tokens 0, until Thu 08:59:59.999
Thu 08:59:59.999  ben is working as s2         refused product_excluded
Thu 09:00         ben requests revit as r2     request open, rate 10

# R8.6  Approved for passes, it ends with the last of them. What seats pay for is not counted.
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
floating seats f1 1 of revit from 2026-01-06 until 2026-01-07
assign floating revit to ben
Mon 08:00  ben requests revit as r1     request open, rate 10
Mon 08:00  approve r1 for 2 passes      request approved
Mon 08:00  ben opens revit              tokens 10 from small, until Tue 08:00
Mon 12:00  ben opens revit on desk      tokens 0, until Tue 08:00
Tue 09:00  ben opens revit              floating seat, until Wed 09:00
Wed 09:00  ben opens revit              tokens 10 from small, until Thu 09:00
Thu 09:00  ben opens revit              refused product_excluded

# R8.6 R5.6 0001.19  A short launch gives the pass back to the approval.
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00  ben requests revit as r1     request open, rate 10
Mon 08:00  approve r1 for 1 passes      request approved
Mon 08:00  ben opens revit as s1        tokens 10 from small, until Tue 08:00
Mon 08:04  ben closes revit as s1       reversed 10
Mon 09:00  ben opens revit as s2        tokens 10 from small, until Tue 09:00
Tue 09:00  ben is working as s2         refused product_excluded

# R8.6  Declined with a reason, it can be asked for again; a decision stands, and the same again changes nothing.
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00  ben requests revit as r1                    request open, rate 10
Mon 08:00  ben requests revit as r1                    request open, rate 10
Mon 08:00  decline r1 because use a seat               request declined
Mon 08:01  decline r1 because use a seat               request declined
Mon 08:01  decline r1 because of something else        error request_decided
Mon 08:01  approve r1                                  error request_decided
Mon 08:02  ben opens revit                             refused product_excluded
Mon 08:03  ben requests revit as r2                    request open, rate 10
Mon 08:04  approve r2 for 7 days                       request approved, until 2026-01-12 08:04
Mon 08:05  approve r2 for 7 days                       request approved, until 2026-01-12 08:04
Mon 08:05  approve r2 for 8 days                       error request_decided
Mon 08:05  approve r3                                  error request_unknown

# R8.6 0001.19  Nobody asks for what is being decided already, nor for what they may open, be there tokens or not.
product autocad 7 per day
product revit 10 per day
product viewer free
product seatcad 5 per day, seat only
pack small 500 bought 2026-01-05
defaults listed autocad
seats s1 1 of seatcad from 2026-01-05 until 2027-01-05
assign seatcad to ben
limit team 0 per day
Mon 08:00  ben requests revit as r1       request open, rate 10
Mon 08:00  ben requests revit as r2       error request_open
Mon 08:00  eve requests revit as r2       request open, rate 10
Mon 08:00  eve requests revit as r1       error idempotency_conflict
Mon 08:00  ben requests autocad as r3     error already_allowed
Mon 08:00  ben requests viewer as r3      error already_allowed
Mon 08:00  ben requests seatcad as r3     error already_allowed

# R8.6 R4.7 0001.19  What tokens cannot open needs a seat first; then the approval only closes the request.
product seatcad 5 per day, seat only
pack small 500 bought 2026-01-05
Mon 08:00  ben opens seatcad                  refused product_not_in_flex
Mon 08:00  ben requests seatcad as r1         request open, rate 5
Mon 08:01  approve r1                         error seat_needed
Mon 08:02  seats s1 1 of seatcad from 2026-01-05 until 2027-01-05
Mon 08:03  assign seatcad to ben
Mon 08:04  approve r1                         request approved
Mon 08:05  ben opens seatcad                  seat, until Tue 08:05, lease until 2026-02-04 08:05

# R8.6 0001.19  Declining what was approved takes it back: the next pass is refused, a live one runs to its end.
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00  ben requests revit as r1                   request open, rate 10
Mon 08:00  approve r1                                 request approved
Mon 08:00  ben opens revit as s1                      tokens 10 from small, until Tue 08:00
Mon 09:00  decline r1 because the project is over     request declined
Mon 10:00  ben opens revit as s2                      tokens 0, until Tue 08:00
Tue 08:00  ben is working as s1                       refused product_excluded

# R8.6  A service is asked for like a product, and approved for good or for days: it has no passes.
product render 1 per photo
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00  ben starts j1 for 8 of render     refused product_excluded
Mon 08:00  ben requests render as r1         request open, rate 1
Mon 08:00  approve r1 for 3 passes           error body_invalid
Mon 08:00  approve r1 for 1 days             request approved, until Tue 08:00
Mon 08:00  ben starts j1 for 8 of render     held 8, until Tue 08:00
Tue 08:00  ben starts j2 for 8 of render     refused product_excluded

# R8.6 R8.9  Who is removed has asked for nothing, and comes back with no approval.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00  ben requests revit as r1       request open, rate 10
Mon 08:00  ben requests autocad as r2     request open, rate 7
Mon 08:00  approve r1                     request approved
Mon 08:01  remove ben
Mon 08:02  approve r2                     error request_decided
Mon 08:03  add ben
Mon 08:03  assign flex to ben
Mon 08:04  ben opens revit                refused product_excluded
Mon 08:05  ben requests autocad as r3     request open, rate 7

# R8.6 R14.3 0001.15  The id of a request is remembered for 45 days after it is over, and is free then.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed
Mon 08:00                ben requests revit as r1                request open, rate 10
Mon 08:00                decline r1 because of the cost          request declined
2026-02-19 07:59:59.999  ben requests autocad as r1              error idempotency_conflict
2026-02-19 08:00         ben requests autocad as r1              request open, rate 7
