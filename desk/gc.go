package desk

// GCPercent is the garbage collector's target that a server of the desk runs with (see GOGC): its memory is mostly
// teams that stay, and with the usual target a good part of a loaded server's time goes into looking through
// them again. The memory of small installations hardly grows by it.
const GCPercent = 200
