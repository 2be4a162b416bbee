// Package objectstore has files put into a container of Swift and taken from it. It is no
// load: what fails for a moment is tried again, and says in the end what it was.
package objectstore
