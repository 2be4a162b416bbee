package captures

// Bounded is what a node is asked to run.
var Bounded = bounded

// Stamped is the time of a line.
var Stamped = stamped
