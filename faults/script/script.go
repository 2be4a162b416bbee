// Package script holds what runs on a node: the guard that keeps one fault,
// and the steps before and beside it. The texts are fixed when Eris is built;
// what differs from fault to fault travels as arguments, so that an undo is
// data interpreted by tested code and never text made at undo time.
//
// Scripts keep to a subset of POSIX sh that a real node's dash and a simulated
// node both run: no file descriptor above 2, no trap but EXIT, only the
// commands of Allowed. Check says where a text leaves it.
package script

import (
	"embed"
	"strings"
)

//go:embed *.sh guard/*.sh group/*.sh residue/*.sh
var files embed.FS

// Guard is the keeper of a fault on its node, called as
// `sh guard.sh VERB ID [ARG...]`.
func Guard() string {
	var b strings.Builder
	b.WriteString(halted())
	for _, part := range []string{"common", "inject", "renew", "undo", "verify", "deadman", "apart", "main"} {
		b.WriteString(read("guard/" + part + ".sh"))
	}
	return b.String()
}

// Preflight reads all that must be known before arming.
func Preflight() string { return halted() + read("preflight.sh") }

// Arm lays a fault's scripts and starts its dead-man.
func Arm() string { return halted() + read("arm.sh") }

// Call runs a verb of a fault's guard, wherever the node keeps it, and answers
// "gone" with the stamps that are left when nothing else is.
func Call() string { return halted() + read("call.sh") }

// Active says of the unit that is its first argument whether systemd runs it.
func Active() string { return read("active.sh") }

// Ended are the functions with which a program of a fault tells the guard that
// its effect is over: moment, and ended REASON [MOMENT] in the fault's directory.
func Ended() string { return read("ended.sh") }

// Gone is the function with which an undo ends a unit that its fault has made:
// gone UNIT is false, with the reason, when it is still there.
func Gone() string { return read("gone.sh") }

// The marks between which a step lays a program.
const (
	programBegins = "cat >program.sh <<'END_OF_PROGRAM'\n"
	programEnds   = "END_OF_PROGRAM\n"
)

// Program is what lays program.sh in a fault's directory, for a unit of the fault
// to run.
func Program(text string) string { return programBegins + text + programEnds }

// ProgramOf is the program that a step lays; to the step it is text, which no check
// of the step reads.
func ProgramOf(step string) (program string, has bool) {
	_, rest, has := strings.Cut(step, programBegins)
	program, _, ends := strings.Cut(rest, programEnds)
	return program, has && ends
}

// Aside are the functions of faults that set files aside and put them back.
func Aside() string { return read("aside.sh") }

// Units is the fingerprint of a node that goes away and comes back: which of the
// units among its arguments run.
func Units() string { return read("units.sh") }

// Returns is the preflight of a node that goes away and comes back: would a boot
// bring back what its arguments are (faults.Target.Runs)? What follows it may add to wrong,
// and exits with that.
func Returns() string { return Container() + read("returns.sh") }

// Container are the functions that ask an engine of containers: of whose shell the
// variables name and engine are.
func Container() string { return read("container.sh") }

// Processes are the functions that find the processes of a cgroup and of the unit in the
// variable unit, and tell one process from a later one of its number.
func Processes() string { return read("processes.sh") }

// GroupOfUnit and GroupOfContainer are the functions by which steps ask what runs the
// service in the variable service: service_state, service_group, service_scope,
// service_again and service_processes, with those of Processes.
func GroupOfUnit() string { return Processes() + read("group/unit.sh") }

// GroupOfContainer is as GroupOfUnit.
func GroupOfContainer() string { return Processes() + Container() + read("group/container.sh") }

// GroupRuns is the preflight behind those functions: does the service run? It exits
// where it does not.
func GroupRuns() string { return read("group/preflight.sh") }

// ContainerStays is the preflight behind those: could a container that ends be started
// again? It exits where not.
func ContainerStays() string { return read("group/container_preflight.sh") }

// GroupAtHome is the function at_home behind those: it tells whether the service is in
// the node's own network.
func GroupAtHome() string { return read("group/home.sh") }

// GroupHealthy says of the service that is its first argument whether what runs it says so.
func GroupHealthy() string { return read("group/healthy.sh") }

// Disks are the functions of faults that take SCSI disks from a node and let it find
// them again.
func Disks() string { return read("disks.sh") }

// DisksResource is what a fault that takes disks from a node occupies there: two of
// them at once would each take for the other path what the other one takes.
const DisksResource = "disks"

// Way are the functions by which a preflight finds an interface (named NAME PREFIX)
// and tells whether it is the one by which Eris comes: apart LINK is false, with the
// reason, where it is.
func Way() string { return read("way.sh") }

// Module is the function with which a preflight asks whether the kernel has a
// module, or may load it: module NAME SYMBOL WHAT is false, with the reason, where not.
func Module() string { return read("module.sh") }

// Python is the function with which a preflight asks for a Python that runs a program of
// the fault's: python MODULE WHAT is false, with the reason, where there is none.
func Python() string { return read("python.sh") }

// Table are the functions for a fault's own table of nftables: free ID NAME is false,
// with the reason, where one is in the way, and drop ID deletes it.
func Table() string { return read("table.sh") }

// TableFingerprint says which table of a fault's has chains of the name that is its
// second argument, and what all tables are that no fault has made.
func TableFingerprint() string { return read("table_fingerprint.sh") }

// Claim says whose run a node is.
func Claim() string { return halted() + read("claim.sh") }

// Witness is what a node knows of faults that are kept for another one.
func Witness() string { return read("witness.sh") }

// Heal undoes everything on a node and removes its residue; Halt forbids
// injection first.
func Heal() string { return residues() + read("heal.sh") }

// Doctor reads what is left on a node.
func Doctor() string { return residues() + halted() + read("doctor.sh") }

// halted is the function that tells whether a node was halted, and why.
func halted() string { return read("halted.sh") }

// residues is the one list of what can be left: the shell function of that
// name has every file in the folder residue in it.
func residues() string {
	const common = "residue/all.sh"
	entries, err := files.ReadDir("residue")
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	b.WriteString(read(common) + Aside() + "\nresidues() {\n")
	for _, entry := range entries {
		if name := "residue/" + entry.Name(); name != common {
			b.WriteString(read(name))
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// read returns a text of this package.
func read(name string) string { return Text(files, name) }

// Text returns embedded scripts, one after the other; that they exist is known
// when Eris is built.
func Text(files embed.FS, names ...string) string {
	var all strings.Builder
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all.Write(data)
	}
	return all.String()
}
