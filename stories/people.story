# R8.5  Flex is assigned like a product, and taken away like one.
product autocad 7 per day
pack small 500 bought 2026-01-05
user dan without flex
Mon 08:00  dan opens autocad       refused flex_not_assigned
Mon 09:00  assign flex to dan
Mon 09:00  dan opens autocad       tokens 7 from small, until Tue 09:00
Mon 10:00  unassign flex from dan
Tue 09:00  dan is working          refused flex_not_assigned

# R8.5  Defaults of all products take in new ones; a chosen list does not.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  product revit 10 per day
Mon 08:00  ben opens revit         tokens 10 from small, until Tue 08:00
Mon 09:00  defaults listed autocad revit
Mon 09:00  product maya 6 per day
Mon 09:00  ben opens autocad       tokens 7 from small, until Tue 09:00
Mon 09:00  ben opens maya          refused product_excluded
Mon 10:00  defaults all
Mon 10:00  ben opens maya          tokens 6 from small, until Tue 10:00

# R8.5  A user can have a list of their own, wider or narrower than the defaults.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
defaults listed autocad
list of ben listed revit
list of eve all
Mon 08:00  ben opens autocad       refused product_excluded
Mon 08:00  ben opens revit         tokens 10 from small, until Tue 08:00
Mon 08:00  eve opens revit         tokens 10 from small, until Tue 08:00
Mon 08:00  cid opens revit         refused product_excluded
Mon 09:00  list of ben as the defaults
Mon 09:00  ben opens autocad       tokens 7 from small, until Tue 09:00
Mon 09:00  list of cid listed paint    error what_unknown

# R8.3 R8.9  Nobody gets a second seat; when all are taken, it is said; taking one away frees it at once.
product autocad 7 per day
user ben without flex
user eve without flex
seats s1 1 of autocad from 2026-01-01 until 2026-07-01
Mon 08:00  assign autocad to ben
Mon 08:00  assign autocad to ben
Mon 08:00  assign autocad to eve            error seats_short
Mon 08:00  assign photoshop to eve          error what_unknown
Mon 08:00  ben opens autocad                seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  unassign autocad from ben
Mon 09:00  assign autocad to eve
Mon 09:00  eve opens autocad                seat, until Tue 09:00, lease until 2026-02-04 09:00

# R8.9  Removing a user frees the seat and keeps the history; who comes back has nothing assigned.
product autocad 7 per day
product revit 10 per day
pack small 500 bought 2026-01-05
seats s1 1 of revit from 2026-01-01 until 2026-07-01
assign revit to ben
Mon 08:00  ben opens autocad       tokens 7 from small, until Tue 08:00
Mon 08:00  ben opens revit         seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 09:00  remove ben
Mon 09:00  remove ben
Mon 09:00  assign revit to eve
Mon 09:00  assign revit to ben     error user_unknown
balance 493 used 7
Mon 10:00  add ben
Mon 10:00  ben opens revit         refused flex_not_assigned
Mon 10:00  ben opens autocad       tokens 0, until Tue 08:00
Mon 10:00  add ben                 error user_exists
Mon 10:00  remove ada              error last_primary_admin

# R8.2 R8.3  A list adds who is new and leaves who is there, all or nobody; the same list again changes nothing.
product autocad 7 per day
user ben without flex
seats s1 2 of autocad from 2026-01-01 until 2026-07-01
Mon 08:00  import to autocad ben dan fay    error seats_short
Mon 08:00  dan opens autocad                refused user_unknown
Mon 08:00  import ben dan                   added 1 existing 1 assigned 0
Mon 08:00  import to autocad ben dan        added 0 existing 2 assigned 2
Mon 08:00  import to autocad ben dan        added 0 existing 2 assigned 0
Mon 08:00  dan opens autocad                seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  import to photoshop ben          error what_unknown
Mon 09:00  remove dan
Mon 09:00  import dan                       added 1 existing 0 assigned 0
Mon 09:00  dan opens autocad                refused flex_not_assigned

# R8.4  Who was invited has what is assigned to them at once, and an invitation that is over can be sent again.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00         import to flex dan       added 1 existing 0 assigned 1
Mon 08:00         dan opens autocad        tokens 7 from small, until Tue 08:00
2026-01-12 08:00  dan opens autocad        tokens 7 from small, until 2026-01-13 08:00
2026-01-12 08:00  invite dan
2026-01-12 08:00  invite fay               error user_unknown
2026-01-12 09:00  remove dan
2026-01-12 09:00  invite dan               error user_unknown
