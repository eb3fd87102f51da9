# R2.2  A charge pays the rate in force at its own start, and no later price list changes it.
product autocad 7 per day, 9 from 2026-01-06 12:00
pack small 500 bought 2026-01-05
Tue 11:59:59.999  ben opens autocad     tokens 7 from small, until Wed 11:59:59.999
Tue 12:00         eve opens autocad     tokens 9 from small, until Wed 12:00
Tue 13:00         product autocad 20 per day
balance 484 used 16
Tue 13:00         ben opens autocad on laptop  tokens 0, until Wed 11:59:59.999
Tue 13:00         cid opens autocad     tokens 20 from small, until Wed 13:00

# R2.3  The newest version and the five before it can be opened; older and unknown ones cannot.
product autocad 7 per day, versions 2027 2026 2025 2024 2023 2022 2021 2020
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad version 2021   refused version_unsupported
Mon 08:00  ben opens autocad version 1999   refused version_unsupported
Mon 08:00  ben opens autocad version 2022   tokens 7 from small, until Tue 08:00
Mon 08:00  eve opens autocad version 2027   tokens 7 from small, until Tue 08:00

# R2.3  A new release makes the oldest one unsupported, inside a live pass too.
product autocad 7 per day, versions 2026 2025 2024 2023 2022 2021
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad version 2021   tokens 7 from small, until Tue 08:00
Mon 09:00  product autocad 7 per day, versions 2027 2026 2025 2024 2023 2022 2021
Mon 09:00  ben is working                            refused version_unsupported
Mon 09:00  ben opens autocad version 2021 on laptop  refused version_unsupported
Mon 09:00  ben opens autocad version 2022            tokens 0, until Tue 08:00

# R2.3 0001.7  A product that lists versions needs one to be named; a cloud product takes any.
product autocad 7 per day, versions 2026 2025
product fusion 3 per day
pack small 500 bought 2026-01-05
Mon 08:00  ben opens autocad                refused version_unsupported
Mon 08:00  ben opens fusion version 12.4    tokens 3 from small, until Tue 08:00
Mon 08:00  ben opens fusion on laptop       tokens 0, until Tue 08:00

# R2.4  A product can be in several collections, and a seat of any of them covers it.
product revit 10 per day
product civil 10 per day
product maya 6 per day
collection aec revit civil
collection media revit maya
seats s1 1 of aec from 2026-01-01 until 2026-07-01
seats s2 1 of media from 2026-01-01 until 2026-07-01
assign aec to ben
assign media to eve
Mon 08:00  ben opens revit    seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens revit    seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens maya     seat, until Tue 08:00, lease until 2026-02-04 08:00
Mon 08:00  eve opens civil    refused tokens_insufficient, needs 10 has 0

# R2.5  What Flex does not have is opened by a seat or not at all.
product vault 4 per day, seat only
pack small 500 bought 2026-01-05
seats s1 1 of vault from 2026-01-01 until 2026-07-01
assign vault to eve
Mon 08:00  ben opens vault    refused product_not_in_flex
Mon 08:00  eve opens vault    seat, until Tue 08:00, lease until 2026-02-04 08:00
balance 500

# R4.7 0001.17  Tokens open a product only from its first rate on.
product forma 5 per day from 2026-01-06
pack small 500 bought 2026-01-05
Mon 23:59:59.999  ben opens forma   refused product_not_in_flex
Tue 00:00         ben opens forma   tokens 5 from small, until Wed 00:00
