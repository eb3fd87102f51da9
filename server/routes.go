package server

import "github.com/daypass/daypass/api"

// More than one kind of caller.
const (
	admin   = primary | secondary
	admins  = operator | admin
	readers = operator | admin | reports
	maker   = operator | product
	opener  = operator | product | user
)

// routes is the whole table.
var routes = []route{
	{"GET", "/healthz", anyone, writes("application/json", (*Server).health), "Say that the server is alive.", more{}},
	{"GET", "/readyz", anyone, gives((*Server).readiness), "Say that the server is ready to decide.", more{codes: unready}},

	{"GET", "/openapi.json", anyone, writes("application/json", (*Server).openapi), "Read this document.", more{}},
	{"GET", "/docs", anyone, writes("text/html", (*Server).docs), "Read this document as a page.", more{}},
	{"GET", "/docs/reference.js", anyone, writes("text/javascript", (*Server).reference), "Load the page's script.", more{}},
	{"GET", "/docs/problems", anyone, writes("text/html", (*Server).problems), "Read what the codes mean.", more{}},

	{"GET", "/v1/clock", operator, gives((*Server).readClock), "Read the clock.", more{}},
	{"POST", "/v1/clock", operator, takes((*Server).moveClock), "Move a virtual clock.", more{codes: clockCodes}},
	{"GET", "/v1/catalog", operator, gives((*Server).readCatalog), "Read the catalogue.", more{}},
	{"PUT", "/v1/catalog", operator, takes((*Server).setCatalog), "Replace the catalogue and the price list.", more{codes: catalogCodes}},
	{"GET", "/v1/operator/keys", operator, gives((*Server).listOperatorKeys), "List the operator's keys.", more{query: paging}},
	{"POST", "/v1/operator/keys", operator, takes((*Server).createOperatorKey), "Make another credential of the operator's, and show it once.", more{status: 201, codes: keyCodes, about: operatorKeys}},
	{"POST", "/v1/operator/keys/{key}/rotate", operator, mayTake((*Server).rotateOperatorKey), "Give a key of the operator's a new secret, and let the old one live on for a while.", more{codes: rotateCodes, about: rotating}},
	{"DELETE", "/v1/operator/keys/{key}", operator, gives((*Server).revokeOperatorKey), "Revoke a key of the operator's.", more{}},
	{"GET", "/v1/plans", operator, gives((*Server).readPlans), "Read what the plans unlock.", more{}},
	{"PUT", "/v1/plans", operator, takes((*Server).setPlans), "Replace what the plans unlock.", more{about: "Whoever runs Daypass for their own company may give everything to every plan."}},
	{"GET", "/v1/teams", operator, gives((*Server).listTeams), "List the teams.", more{query: paging}},
	{"POST", "/v1/teams", operator, takes((*Server).createTeam), "Create a team.", more{status: 201, codes: conflict}},
	{"GET", "/v1/teams/{team}", readers, gives((*Server).readTeam), "Read a team.", more{}},
	{"POST", "/v1/teams/{team}/suspend", operator, mayTake((*Server).suspendTeam), "Stop a team's openings.", more{}},
	{"POST", "/v1/teams/{team}/resume", operator, mayTake((*Server).resumeTeam), "Let a team's openings go on.", more{}},
	{"GET", "/v1/teams/{team}/plan", readers, gives((*Server).readPlan), "Read the team's plan, and why it is in force.", more{}},
	{"PUT", "/v1/teams/{team}/plan", operator, takes((*Server).changePlan), "Order another plan.", more{about: "Premium is in force while the team has 50 single-user seats in term, and standard otherwise."}},
	{"POST", "/v1/teams/{team}/hand-over", operator | primary, takes((*Server).handOver), "Hand the team over to a secondary admin.", more{codes: handOverCodes}},
	{"POST", "/v1/teams/{team}/packs", operator, takes((*Server).buyPack), "Add a pack that was bought.", more{status: 201, codes: conflict}},
	{"POST", "/v1/teams/{team}/grants", operator, takes((*Server).grantTokens), "Give tokens that nobody bought.", more{status: 201, codes: conflict}},
	{"POST", "/v1/teams/{team}/packs/{pack}/withdraw", operator, takes((*Server).withdrawTokens), "Take tokens out of a pack.", more{codes: withdrawCodes}},
	{"POST", "/v1/teams/{team}/moves", operator, takes((*Server).moveTokens), "Move tokens to another team.", more{codes: withdrawCodes}},
	{"POST", "/v1/teams/{team}/subscriptions", operator, takes((*Server).addSubscription), "Add seats for a term.", more{status: 201, codes: termCodes}},
	{"GET", "/v1/teams/{team}/subscriptions", readers, gives((*Server).listSubscriptions), "List the subscriptions, with seats owned and assigned.", more{query: paging}},
	{"POST", "/v1/teams/{team}/subscriptions/{subscription}/trade-in", admins, takes((*Server).tradeIn), "Trade multi-user seats for single-user ones.", more{status: 201, codes: tradeCodes, about: aboutTrades}},
	{"GET", "/v1/teams/{team}/keys", admins, gives((*Server).listKeys), "List a team's keys.", more{query: paging}},
	{"POST", "/v1/teams/{team}/keys", admins, takes((*Server).createKey), "Make a key and show its secret once.", more{status: 201, codes: keyCodes}},
	{"POST", "/v1/teams/{team}/keys/{key}/rotate", admins, mayTake((*Server).rotateKey), "Give a key a new secret, and let the old one live on for a while.", more{codes: rotateCodes, about: rotating}},
	{"DELETE", "/v1/teams/{team}/keys/{key}", admins, gives((*Server).revokeKey), "Revoke a key.", more{}},

	{"GET", "/v1/teams/{team}/users", readers, gives((*Server).listUsers), "List the users.", more{query: paging}},
	{"POST", "/v1/teams/{team}/users", admins, takes((*Server).addUser), "Add a user.", more{status: 201, codes: userCodes}},
	{"POST", "/v1/teams/{team}/users/import", admins, imports((*Server).importUsers), "Add users from a table or a list, and assign to all.", more{query: importQuery, codes: importCodes, about: importAbout}},
	{"GET", "/v1/teams/{team}/users.csv", readers, writes("text/csv", (*Server).exportUsers), "Export the users as a table.", more{about: exportAbout}},
	{"GET", "/v1/teams/{team}/users/{user}", readers | user, gives((*Server).readUser), "Read a user.", more{}},
	{"DELETE", "/v1/teams/{team}/users/{user}", admins, gives((*Server).removeUser), "Remove a user.", more{codes: primaryCodes}},
	{"PUT", "/v1/teams/{team}/users/{user}/role", admins, takes((*Server).changeRole), "Change what a user is in the team.", more{codes: primaryCodes}},
	{"POST", "/v1/teams/{team}/users/{user}/invitation", admins, mayTake((*Server).inviteUser), "Send an invitation again.", more{codes: inviteCodes, about: inviteAbout}},
	{"PUT", "/v1/teams/{team}/users/{user}/assignments/{what}", admins, mayTake((*Server).assign), "Assign a product, a collection or flex.", more{codes: seatCodes}},
	{"DELETE", "/v1/teams/{team}/users/{user}/assignments/{what}", admins, gives((*Server).unassign), "Take an assignment away.", more{codes: takeCodes}},
	{"POST", "/v1/teams/{team}/users/{user}/assignments/{what}/move", admins, takes((*Server).moveAssignment), "Move an assignment to another user.", more{codes: moveCodes}},
	{"GET", "/v1/teams/{team}/users/{user}/assignments", readers | user, gives((*Server).readAssignments), "Read what a user has, and why.", more{}},
	{"GET", "/v1/teams/{team}/users/{user}/usage", admins | user, gives((*Server).readUsage), "Read what a user has used lately.", more{}},
	{"PUT", "/v1/teams/{team}/users/{user}/flex", admins, takes((*Server).setUserFlex), "Set the products that tokens open for one user.", more{}},
	{"PUT", "/v1/teams/{team}/users/{user}/trials/{product}", admins, takes((*Server).grantTrial), "Grant or end a trial.", more{}},
	{"DELETE", "/v1/teams/{team}/users/{user}/trials/{product}", admins, gives((*Server).endTrial), "End a trial at once.", more{}},
	{"GET", "/v1/teams/{team}/trials", admins, gives((*Server).listTrials), "List the trials.", more{query: trialQuery}},
	{"GET", "/v1/teams/{team}/groups", readers, gives((*Server).listGroups), "List the groups.", more{query: paging}},
	{"POST", "/v1/teams/{team}/groups", admins, takes((*Server).makeGroup), "Make a group.", more{status: 201, codes: conflict}},
	{"GET", "/v1/teams/{team}/groups/{group}", readers, gives((*Server).readGroup), "Read a group.", more{}},
	{"PUT", "/v1/teams/{team}/groups/{group}", admins, takes((*Server).changeGroup), "Give a group another name.", more{}},
	{"DELETE", "/v1/teams/{team}/groups/{group}", admins, gives((*Server).removeGroup), "Remove a group, and what only it gave.", more{}},
	{"GET", "/v1/teams/{team}/groups/{group}/members", readers, gives((*Server).listMembers), "List the users of a group.", more{query: paging}},
	{"POST", "/v1/teams/{team}/groups/{group}/members", admins, takes((*Server).addMembers), "Put users into a group, all or none.", more{codes: joinCodes}},
	{"DELETE", "/v1/teams/{team}/groups/{group}/members/{user}", admins, gives((*Server).removeMember), "Take a user out of a group.", more{}},
	{"PUT", "/v1/teams/{team}/groups/{group}/assignments/{what}", admins, mayTake((*Server).giveAll), "Give all of a group a product, a collection or flex.", more{codes: joinCodes}},
	{"DELETE", "/v1/teams/{team}/groups/{group}/assignments/{what}", admins, gives((*Server).takeFromAll), "Take away what a group gives.", more{}},
	{"GET", "/v1/teams/{team}/floating", readers, gives((*Server).listFloating), "List who has which floating seat in use.", more{query: paging}},
	{"POST", "/v1/teams/{team}/floating/{what}/{user}/take", admins, gives((*Server).takeFloating), "Take a floating seat that is in use.", more{codes: conflict}},
	{"POST", "/v1/teams/{team}/access", readers, takes((*Server).askAccess), "Ask which users may open which products.", more{in: looks}},
	{"GET", "/v1/teams/{team}/flex", admins, gives((*Server).readFlex), "Read the default assignments.", more{}},
	{"PUT", "/v1/teams/{team}/flex", admins, takes((*Server).setFlex), "Set the default assignments.", more{}},
	{"GET", "/v1/teams/{team}/requests", admins | product | user, gives((*Server).listRequests), "List the requests for access.", more{query: requestQuery, about: ownRequests}},
	{"POST", "/v1/teams/{team}/requests", admins | product | user, takes((*Server).requestAccess), "Ask for a product that a user may not open.", more{status: 201, codes: askCodes}},
	{"GET", "/v1/teams/{team}/requests/{request}", admins | product | user, gives((*Server).readRequest), "Read a request for access.", more{about: ownRequests}},
	{"POST", "/v1/teams/{team}/requests/{request}/approve", admins, mayTake((*Server).approveAccess), "Approve a request for access.", more{codes: approveCodes, about: approving}},
	{"POST", "/v1/teams/{team}/requests/{request}/decline", admins, takes((*Server).declineAccess), "Decline a request for access, or take an approval back.", more{codes: declineCodes, about: declining}},
	{"GET", "/v1/teams/{team}/limits", admins, gives((*Server).readLimits), "Read the limits.", more{}},
	{"PUT", "/v1/teams/{team}/limits", admins, takes((*Server).setLimits), "Replace the limits.", more{}},
	{"GET", "/v1/teams/{team}/settings", admins, gives((*Server).readSettings), "Read the settings.", more{}},
	{"PUT", "/v1/teams/{team}/settings", admins, takes((*Server).setSettings), "Replace the settings.", more{}},
	{"GET", "/v1/teams/{team}/balance", readers, gives((*Server).readBalance), "Read the balance and the packs.", more{}},
	{"GET", "/v1/teams/{team}/ledger", readers, gives((*Server).readLedger), "Read the ledger, oldest first.", more{query: ledgerQuery, about: aboutLedger}},

	{"POST", "/v1/teams/{team}/sessions", opener, takes((*Server).openSession), "Open a product.", more{codes: openCodes}},
	{"POST", "/v1/teams/{team}/sessions/bulk", opener, takes((*Server).openSessions), "Open up to a thousand products at once.", more{}},
	{"POST", "/v1/teams/{team}/sessions/{session}/renew", opener, takes((*Server).renewSession), "Keep a session going.", more{codes: renewCodes, in: keeps}},
	{"POST", "/v1/teams/{team}/sessions/{session}/close", opener, mayTake((*Server).closeSession), "Close a session.", more{in: keeps}},
	{"POST", "/v1/teams/{team}/jobs", maker, takes((*Server).startJob), "Quote or start a job.", more{codes: openCodes}},
	{"POST", "/v1/teams/{team}/jobs/{job}/complete", maker, takes((*Server).completeJob), "Charge what a job made.", more{codes: jobCodes, in: keeps}},
	{"POST", "/v1/teams/{team}/jobs/{job}/cancel", maker, mayTake((*Server).cancelJob), "Give a job up.", more{codes: jobCodes, in: keeps}},
	{"POST", "/v1/invitations/accept", anyone, takes((*Server).acceptInvitation), "Accept an invitation.", more{codes: acceptCodes, about: acceptAbout}},
	{"GET", "/v1/keys", anyone, gives((*Server).leaseKeys), "Read the public keys that leases verify with.", more{}},
}

// Problems of single routes, beside those of every route of their kind.
var (
	conflict      = []api.Code{api.CodeIdempotencyConflict}
	openCodes     = []api.Code{api.CodeIdempotencyConflict, api.CodeKindMismatch, api.CodeProductForbidden}
	renewCodes    = []api.Code{api.CodeIdempotencyConflict, api.CodeSessionClosed}
	jobCodes      = []api.Code{api.CodeJobEnded, api.CodeHoldExpired}
	withdrawCodes = []api.Code{api.CodeIdempotencyConflict, api.CodeWithdrawTooMuch}
	userCodes     = []api.Code{api.CodeIdempotencyConflict, api.CodeUserExists}
	importCodes   = []api.Code{api.CodeIdempotencyConflict, api.CodeUserExists, api.CodeSeatsShort}
	inviteCodes   = []api.Code{api.CodeIdempotencyConflict, api.CodeInvitationAccepted}
	acceptCodes   = []api.Code{api.CodeInvitationInvalid, api.CodeUnavailable, api.CodeStorageFull}
	tradeCodes    = []api.Code{api.CodeIdempotencyConflict, api.CodeTradeTokens, api.CodeTradeRefused, api.CodeSeatsInUse}
	askCodes      = []api.Code{api.CodeIdempotencyConflict, api.CodeProductForbidden, api.CodeRequestOpen, api.CodeAlreadyAllowed}
	approveCodes  = []api.Code{api.CodeRequestDecided, api.CodeSeatNeeded}
	declineCodes  = []api.Code{api.CodeRequestDecided}
	primaryCodes  = []api.Code{api.CodeLastPrimaryAdmin}
	handOverCodes = []api.Code{api.CodeNotSecondaryAdmin}
	seatCodes     = []api.Code{api.CodeSeatsShort}
	termCodes     = []api.Code{api.CodeIdempotencyConflict, api.CodeSeatsShort}
	takeCodes     = []api.Code{api.CodeGroupGives}
	moveCodes     = []api.Code{api.CodeGroupGives, api.CodeAlreadyAssigned}
	joinCodes     = []api.Code{api.CodeIdempotencyConflict, api.CodeSeatsShort}
	keyCodes      = []api.Code{api.CodeAlreadyExists}
	rotateCodes   = []api.Code{api.CodeKeyEnded}
	clockCodes    = []api.Code{api.CodeClockReal, api.CodeClockBackwards, api.CodeUnavailable}
	catalogCodes  = []api.Code{api.CodeCatalogInvalid}
	unready       = []api.Code{api.CodeUnavailable}
)

// Sentences for the document.
const (
	aboutTrades = "At the price list's ratio (`trade_in`), for the rest of the term. What is in use stays: more than would be left is refused. There is no trade-in towards tokens."
	aboutLedger = "With `kind` a page may have fewer items than its limit, or none, and still a `next`: so much was looked through."
)

// trialQuery are the parameters of the list of trials.
var trialQuery = append([]param{{"user", "The id or e-mail address of a user: only theirs."}}, paging...)

// ledgerQuery are the parameters of the ledger.
var ledgerQuery = append([]param{{"kind", "Kinds of entries with commas between, such as `pack_added,tokens_withdrawn`: only these."}}, paging...)

const operatorKeys = "It can do what the credential can that the server was started with, and the ledger names it. That one is changed by starting the server with another."

const rotating = "At most two secrets of a key live at once: rotating again while the one before still lives replaces the new one, so that " +
	"a lost answer can be asked for again. With an overlap of 0s, all that was there ends at once."

const (
	ownRequests = "A user's credential sees the user's own requests, a product key those of its products."
	approving   = "Tokens open the product for this user then, as if they were assigned to Flex and it were on their list, until the days " +
		"or the passes are over. The same approval again gives the same answer."
	declining = "The user is told the reason. An approval that is taken back lets no new pass begin; one that is live runs to its end."
)

// requestQuery are the parameters of the list of requests.
var requestQuery = append([]param{{"state", "`open`, `approved`, `ended`, `declined` or `lapsed`: only these."}}, paging...)

// importQuery are the parameters of an import.
var importQuery = []param{
	{"dry_run", "`true`: say what would change, and change nothing."},
	{"assign", "The code of a product or collection, or `flex`: assigned to everyone in the file."},
}

// What the document says of people beside the summaries.
const (
	importAbout = "The body is a CSV file (`text/csv`) whose first row names its columns: first name, last name and e-mail address, " +
		"in any order and case, in English, French, German and other languages, separated by commas, semicolons, tabs or bars, " +
		"in UTF-8, UTF-16 or Windows-1252; or a list (`text/plain`) such as `Ada <ada@acme.example>; Ben <ben@acme.example>`. " +
		"It has up to 5000 people and 8 MiB. With a mistake in any row nothing is changed, and all mistakes are told; " +
		"a dry run tells besides what would be done with the rows that are right."
	exportAbout = "UTF-8, with the columns Name, Email, User, Role, State, Flex, Assigned and Invitation. A text that a spreadsheet would " +
		"run as a formula has a `'` in front. The team's position is in the header Daypass-Position."
	inviteAbout = "The code goes to the user's mail address only. The one that was sent before can no longer be accepted."
	acceptAbout = "An invitation can be accepted once, within seven days of its sending. A code that is unknown, replaced, accepted or over is " +
		"always refused in the same words."
)
