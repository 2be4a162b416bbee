package volume

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// The properties of a volume that are Eris'. The first is the mark, the second its
// owner's word: allowed or never.
const (
	markKey  = "eris.fault"
	chaosKey = "eris.chaos"
)

// markMost is how long a property of a volume may be, in bytes.
const markMost = 255

// mark is where a volume belongs, and whose fault it is that it is not there.
type mark struct {
	id     string // of the fault
	node   string // by its inventory
	server string
	compute.Attachment
}

// String is the mark as Cinder keeps it. The volume's own id is in it, since a backup
// that is restored into another volume takes the properties along.
func (m *mark) String() string {
	return fmt.Sprintf("%s on=%s volume=%s server=%s device=%s ends=%t tag=%s", m.id, m.node, m.Volume, m.server, m.Device, m.Ends, m.Tag)
}

var markForm = regexp.MustCompile(`^([A-Za-z0-9_-]+) on=(\S+) volume=(\S+) server=(\S+) device=(\S*) ends=(true|false) tag=(.*)$`)

// readMark reads what String wrote.
func readMark(text string) (*mark, error) {
	found := markForm.FindStringSubmatch(text)
	if found == nil {
		return nil, fmt.Errorf("the property %s=%q is not as Eris writes it", markKey, text)
	}
	return &mark{found[1], found[2], found[4], compute.Attachment{Volume: found[3], Device: found[5], Ends: found[6] == "true", Tag: found[7]}}, nil
}

// lines is what the undo has to restore.
func (m *mark) lines() []string {
	return []string{"Volume=" + m.Volume, "Server=" + m.server, "Device=" + m.Device, "Tag=" + m.Tag, fmt.Sprintf("EndsWithServer=%t", m.Ends), "Status=" + attached}
}

// ofLines reads lines; id and node are not among them.
func ofLines(lines []string) (*mark, error) {
	values := map[string]string{}
	for _, line := range lines {
		key, value, _ := strings.Cut(line, "=")
		values[key] = value
	}
	ends, err := strconv.ParseBool(values["EndsWithServer"])
	if err != nil || values["Volume"] == "" || values["Server"] == "" {
		return nil, errors.New("read where the volume was: it was not kept whole")
	}
	return &mark{server: values["Server"], Attachment: compute.Attachment{Volume: values["Volume"], Device: values["Device"], Tag: values["Tag"], Ends: ends}}, nil
}
