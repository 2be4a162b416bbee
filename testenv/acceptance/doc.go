// Package acceptance holds no code but tests: what must hold of the running
// program, each as its user meets it. They build the real `eris`, start it as a
// program of its own against simulated clouds, kill it, stop it, starve it of
// disk, and read what it left on the nodes.
//
// Those in *_lab_test.go do the same on real nodes; they carry the build tag
// lab and need root.
package acceptance
