package license

// Notice is something that somebody is to be told (R11), made durable in the transaction of what it follows from.
type Notice struct {
	// ID is made of its cause, such as "request/req-1/asked", so that a repeated cause gives no second notice.
	ID   string
	Kind string // a word, such as access_requested
	At   Instant
	// Body is stored as JSON. It names people by their ids, since names can be erased.
	Body any
}
