# R8.1  One primary admin, any number of secondary ones: only the primary, or the operator, decides who is an admin.
Mon 08:00  ada makes ben a secondary admin
Mon 08:00  ben makes eve a secondary admin       error forbidden
Mon 08:00  ben makes eve a guest
Mon 08:00  operator makes eve a secondary admin
Mon 09:00  ben makes eve a user                  error forbidden
Mon 09:00  ben removes eve                       error forbidden
Mon 09:00  ben removes cid
Mon 09:00  cid makes eve a guest                 error forbidden
Mon 10:00  ada makes eve a user
Mon 10:00  ada removes ben
Mon 10:00  ada makes ben a user                  error user_unknown

# R8.1  The primary admin hands over to a secondary one, and becomes one.
Mon 08:00  ada hands over to ben                 error not_secondary_admin
Mon 08:00  ada makes ben a secondary admin
Mon 08:00  ben hands over to ben                 error forbidden
Mon 09:00  ada hands over to ben
Mon 09:00  ada makes eve a secondary admin       error forbidden
Mon 09:00  ben makes eve a secondary admin
Mon 10:00  ben hands over to eve
Mon 10:00  operator hands over to ada

# R8.1  A team is never without a primary admin.
Mon 08:00  ada makes ada a user                  error last_primary_admin
Mon 08:00  operator makes ada a guest            error last_primary_admin
Mon 08:00  ada removes ada                       error last_primary_admin
Mon 09:00  ada makes ben a secondary admin
Mon 09:00  ada hands over to ben
Mon 09:00  ada removes ada
Mon 09:00  ben removes ben                       error last_primary_admin

# R8.1 R8.5  A guest has no defaults: only what they were given themselves.
product autocad 7 per day
pack small 500 bought 2026-01-05
Mon 08:00  ada makes ben a guest
Mon 08:00  ben opens autocad                     refused product_excluded
Mon 08:00  list of ben listed autocad
Mon 08:00  ben opens autocad                     tokens 7 from small, until Tue 08:00
Tue 08:00  list of ben as the defaults
Tue 08:00  ben is working                        refused product_excluded
Tue 09:00  ada makes ben a user
Tue 09:00  ben opens autocad                     tokens 7 from small, until Wed 09:00
