package faults

// The safety nets that kinds of fault name, each for what refuses without it. An
// operator lifts one by its name, with a reason.
const (
	Irreversible     = "irreversible"       // it cannot be undone, or nothing verifies the undo
	NoOutOfBand      = "no-out-of-band"     // nothing but a person can switch the node on
	NoAutonomousHeal = "no-autonomous-heal" // its dead-man is on the machine of Eris
	RootFS           = "root-fs"            // it is of the root file system
	GuestData        = "guest-data"         // a server may be using the volume
	ServersOnHost    = "servers-on-host"    // the host has servers, which run on
)
