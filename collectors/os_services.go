package collectors

import (
	"errors"
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
)

// servicesIn reads the answer of os-services, which Nova and Cinder both give in these
// words.
func servicesIn(kind string, document []byte) ([]record.Reading, error) {
	rows, err := rowsOf[struct {
		Binary string `json:"binary"`
		Host   string `json:"host"`
		State  string `json:"state"`
		Status string `json:"status"`
	}](document, "services")
	if err != nil {
		return nil, err
	}
	var all []daemon
	for _, row := range rows {
		alive, wrong := word("state", row.State, "up", "down")
		enabled, also := word("status", row.Status, "enabled", "disabled")
		if err := errors.Join(wrong, also); err != nil || row.Binary == "" || row.Host == "" {
			return nil, fmt.Errorf("%q on %q is no service: %w", row.Binary, row.Host, err)
		}
		all = append(all, daemon{map[string]string{"host": row.Host, "binary": row.Binary}, alive, enabled})
	}
	return daemons(kind, all), nil
}

// serviceSignals are those of a collector of such services.
func serviceSignals(kind, api string) []SignalInfo {
	labels := []string{"host", "binary"}
	return []SignalInfo{
		{Name: kind + ".up", Unit: "1", Help: "1 when " + api + "'s API told of its services, 0 when it did not answer, or with a failure of its own (5xx)"},
		{Name: kind + ".alive", Unit: "1", Labels: labels, Help: "1 while the service reports, by " + api + "'s word (state up), else 0; it takes a dead one for alive for a while, a minute unless configured otherwise"},
		{Name: kind + ".enabled", Unit: "1", Labels: labels, Help: "1 while the service is enabled, 0 where it was disabled"},
	}
}
