// Package volume is the fault of a volume that a server loses: Nova is told to detach
// it, and to attach it again as it was. It is made by the cloud's own API, and not on
// the node: package faults/outside keeps it, from this machine.
//
// What Eris has taken bears its mark: the volume's property eris.fault says of which
// fault it is, and where the volume belongs. So any Eris finds it by asking Cinder, and
// attaches that alone. A volume that somebody else has put somewhere meanwhile is his.
package volume
