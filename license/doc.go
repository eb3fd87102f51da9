// Package license is the rules: what a team holds as plain values, and what may be done with it. Every verb
// takes the instant and a command, and returns its answer and the entries to record; nothing in here reads a
// clock, a file or a network. A team is the fold of its entries and nothing else.
//
// These are the rules, by number. The code cites the numbers. Behind each stands the file in stories/ whose
// stories show it, or why none does. Readings of what the rules leave open are in
// docs/decisions/0001-how-the-rules-are-read.md, each with a story as well. A test holds these lists
// together.
//
// # R1 Time and amounts
//
//   - R1.1 Time is UTC in whole milliseconds, the rest cut off first; from is inside an interval, until is
//     not. Story: time.
//   - R1.2 24 hours make a pass, 365 times 24 hours a pack's life, counted from the very instant it began.
//     Story: time.
//   - R1.3 Only the server's clock counts, and a team never sees it go back: the instant of its last entry is
//     the least that now can be. A clock that is more than 5 s behind that stops all writing. Story: time.
//   - R1.4 No job has to run for an end to be true: what is over is over for whoever asks. Story: time.
//   - R1.5 An amount of tokens is an int64 of thousandths. No float on any way. Story: time.
//   - R1.6 Money is an integer of minor units with its currency. No story: the rules carry prices and never
//     decide by them.
//
// # R2 Catalogue and prices
//
//   - R2.1 A product is daily, metered (then it has a unit) or free, and has a code, a name and rates. No
//     story: every story is made of products.
//   - R2.2 A rate holds from its date. A charge takes the one in force when it begins, keeps it on record, and
//     is never touched by a later one. Story: catalogue.
//   - R2.3 Of the versions that a product lists, newest first, six can be opened; without a list any can.
//     Story: catalogue.
//   - R2.4 A collection is a list of products, and a product may be on several. Story: catalogue.
//   - R2.5 Whether tokens can open a product at all is said by the product. Story: catalogue.
//   - R2.6 The price list has packs by size and seats by term, in one currency. No story: prices are paid
//     outside of the rules.
//   - R2.7 All this is data of the operator; examples say that they are examples. No story: nothing here knows
//     a product.
//
// # R3 Packs and the balance
//
//   - R3.1 Buying adds packs, at any time, each for itself: no pack takes over another's rest or term.
//     Story: packs.
//   - R3.2 Tokens leave a pack from its purchase on and until just before its end. Story: packs.
//   - R3.3 First goes the pack with the earliest UTC date of expiry, among these the one that was smallest when
//     bought, then the one that ends earlier, then the lower id; several can share a charge. Story: packs.
//   - R3.4 The balance is what these packs have left, never less than nothing; a charge is all or nothing.
//     Story: packs.
//   - R3.5 The rest of an ended pack is recorded once, at the instant of its end, and no figure depends on
//     whether that was done yet. Story: packs.
//   - R3.6 What a reversal brings back goes where it came from, and is expired there if the pack has ended.
//     Stories: packs, jobs.
//   - R3.7 Each pack adds up at every instant: left, held, drawn, expired and withdrawn are what was bought,
//     and none is negative. Story: packs.
//   - R3.8 The operator may give tokens, take back what is left, and move tokens from team to team; the reason
//     is recorded. Story: packs.
//
// # R4 Who may open what
//
// The first line that applies is the answer. A refusal is an answer too, and asking without effect gives
// the same one.
//
//   - R4.1 The product has to exist, not be retired, and support the version. Story: access.
//   - R4.2 The user has to exist and be active, the team not be suspended. Story: access.
//   - R4.3 What is free is open. Story: access.
//   - R4.4 A seat in term covers, of the product or of a collection with it: one's own first, then a floating
//     one if it is free now. A floating one is freed when it is closed, when its lease ends, or when it is taken
//     over. A term with fewer seats than are assigned is refused, or meant. Stories: access, seats.
//   - R4.5 So does a trial of this user for this product until it is over. Story: access.
//   - R4.6 So does a pass that tokens paid for and that is not over, for any device, version and number of
//     sessions. Story: access.
//   - R4.7 Tokens need, in this order: the user assigned to Flex, a product that Flex has, one that team and
//     user may open with it, room in the limits, and enough in the packs. Stories: access, catalogue.
//   - R4.8 Then they are charged, and a pass begins. Story: access.
//   - R4.9 So subscriptions come before tokens, and nobody has to see to it. Story: access.
//   - R4.10 A user may have three devices in use in one product; the number is a setting. Story: access.
//
// # R5 The day pass
//
//   - R5.1 A pass is of one team, user and product, begins when it is opened, and never overlaps the next.
//     Whatever pays, there is a pass; it is also what counts as a day used. Story: pass.
//   - R5.2 Whatever is opened inside it costs nothing. Story: pass.
//   - R5.3 A product still in use at its end asks again, and the next pass begins right there. Story: pass.
//   - R5.4 A closed one does not; the next pass begins with the next opening. Story: pass.
//   - R5.5 Neither does an idle one until it is used again. Being idle brings nothing back. Story: pass.
//   - R5.6 When all sessions are closed within 5 minutes of the beginning, the charge goes back and the pass
//     ends; three times a day for a user and product. Settings, 0 is never. Stories: pass, limits.
//   - R5.7 A session that nobody hears of again costs nothing more. Story: pass.
//   - R5.8 A renewal can be refused like an opening. Story: pass.
//   - R5.9 Seats that come or go during a pass change the next one, and give nothing back. Story: pass.
//   - R5.10 So do rates. Story: pass.
//
// # R6 Sessions, leases, offline
//
//   - R6.1 The session's id is the client's; asked again under the same id, the first answer is given again.
//     Story: sessions.
//   - R6.2 What is granted comes with a lease that tells what it is for, how it is paid, and until when; it is
//     signed and sent only when the grant is kept. Story: sessions.
//   - R6.3 Paid by tokens, it ends with the pass; by a seat, after 30 days or with the seat's term.
//     Story: sessions.
//   - R6.4 At its end, without a server, the product warns and closes. No story: only the client is there to
//     show it.
//   - R6.5 What is taken away gives no new lease from that instant on; leases that are out run to their end.
//     Stories: sessions, seats.
//
// # R7 Metered services
//
//   - R7.1 A quote says what is needed, there, and would remain, and does nothing. Story: jobs.
//   - R7.2 A job that starts holds all its tokens, out of reach of anyone else, or is refused. Story: jobs.
//   - R7.3 At its end the units that came out are charged, no more than was held, and the rest goes back; a job
//     that ends before its first result costs nothing. Story: jobs.
//   - R7.4 A hold ends by itself, after 24 hours or what the service says. Story: jobs.
//   - R7.5 A seat pays for a service only if the catalogue says so. Story: jobs.
//
// # R8 People
//
//   - R8.1 A team has one primary admin, and never none, and as many secondary ones as it likes. Who is an admin, and
//     to which secondary admin the team is handed over, the primary one decides, or the operator; who hands over becomes a
//     secondary admin. Story: roles.
//   - R8.2 People are added one or many at a time, all or none; who is there already stays as they are, and adding
//     them by a list again changes nothing. Story: people.
//   - R8.3 An assignment that is there already takes no second seat; missing seats are an error.
//     Story: people.
//   - R8.4 Being invited and not having accepted keeps nobody from anything; an invitation can be sent again.
//     Story: people.
//   - R8.5 Flex is assigned like any product. The team's default list says which products its tokens open,
//     all or chosen ones; a user's own list stands in its place. Story: people.
//   - R8.6 A user asks for a product that they may not open. Admins are told what it costs and what the user has
//     used, and let them open it for good, for days or for passes, or decline with a reason; the user is told.
//     Story: requests.
//   - R8.7 A limit bounds the tokens of a day, week or month: of the team, a group, a user, a product, or a user in
//     a product. It is looked at with the charge, and refuses or only warns; what is left is in the answer.
//     Stories: limits, access.
//   - R8.8 A group gives its members what a user can be assigned, all of them or none; whoever gave something
//     can take away only that. Story: groups.
//   - R8.9 A removed user leaves seats and keeps a history; assigning anew is always possible, and a seat goes
//     from one user to another in one step. Stories: people, seats.
//
// # R10 Reports, as far as they change what may be opened
//
//   - R10.1 A day is a UTC day unless the team has set a time zone: then it begins where the team is, also for the
//     limits. Story: limits.
//
// # R14 What can be trusted
//
//   - R14.0 An entry holds what was taken from the catalogue, so a journal can be folded without one.
//     Story: sessions.
//   - R14.1 What happened is appended and stays. No story: the runner of the stories folds each journal into a
//     second team, which must be the same.
//   - R14.3 A repeated request has one effect and one answer, another request under its key is a conflict, and
//     a refusal can be asked again. Stories: sessions, pass.
//   - R14.5 Entries are numbered without gaps, and no answer is older than one before. No story: the runner of
//     the stories looks at each number.
package license
