package captures

// Bounded is what a node is asked to run.
var Bounded = bounded
