package desk

// How the garbage collector of a server of the desk is set, unless GOGC or GOMEMLIMIT say otherwise.
const (
	// GCPercent is its target (see GOGC): the memory is mostly teams that stay, and with the usual target a good part of a
	// loaded server's time goes into looking through them again. The memory of small installations hardly grows by it.
	GCPercent = 400
	// MemoryLimit is where it works harder instead (see GOMEMLIMIT), in bytes: three times what the teams in memory take at
	// most.
	MemoryLimit = 3 * defaultMemory
)
