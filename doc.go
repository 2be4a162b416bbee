// Package eris holds no code: it is the root of the module, and its tests keep
// the house in order (layers, sizes, comments, pages that tell the truth). The
// program is cmd/eris.
package eris
