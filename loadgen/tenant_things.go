package loadgen

import "time"

// TenantFlavor is a size of servers that is made for projects of a run, and that nobody else sees.
type TenantFlavor struct {
	Name       string // in the scenario
	RAM        int    // MiB
	VCPUs      int
	Disk       int // GiB
	Ephemeral  int // GiB
	Swap       int // MiB
	ExtraSpecs map[string]string
}

// MadeFlavor is one that is there.
type MadeFlavor struct {
	ID string
	TenantFlavor
}

// TenantImage is an image that is uploaded to each project of a run, and that nobody else sees.
type TenantImage struct {
	Name            string // in the scenario
	File            string // path; empty: URL has it
	URL             string
	Sum             string // sha256 of the file, in hex
	DiskFormat      string
	ContainerFormat string
	MinRAM          int // MiB
	MinDisk         int // GiB
}

// MadeImage is one that is there.
type MadeImage struct {
	ID   string
	Name string // in the scenario
	Size int64  // bytes
}

// What an image of tenants may take at most.
const (
	ImageBytes     = 16 << 30         // and no more
	ImageFetchMost = 10 * time.Minute // to be got from its URL, once a run
	ImageSendMost  = 10 * time.Minute // to be uploaded to one project, until it is active
)
