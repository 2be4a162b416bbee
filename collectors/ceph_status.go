package collectors

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// cephStatus is of what `ceph status --format json` says that which is published. What is
// a pointer has no reading where it is not there, as in releases before Octopus.
//
// Source: https://docs.ceph.com/en/latest/rados/operations/monitoring/
type cephStatus struct {
	Health struct {
		Status string                      `json:"status"`
		Checks map[string]cephHealthChecks `json:"checks"`
	} `json:"health"`
	Quorum []int `json:"quorum"`
	Monmap struct {
		Mons *float64 `json:"num_mons"`
	} `json:"monmap"`
	Osdmap struct {
		All *float64 `json:"num_osds"`
		Up  *float64 `json:"num_up_osds"`
		In  *float64 `json:"num_in_osds"`
	} `json:"osdmap"`
	Mgrmap struct {
		Available *bool `json:"available"`
	} `json:"mgrmap"`
	Pgmap *cephPgmap `json:"pgmap"`
}

type cephHealthChecks struct {
	Severity string `json:"severity"`
}

// cephPgmap is what an active manager tells. Of objects and clients it says nothing
// where there is nothing to say.
type cephPgmap struct {
	States []struct {
		Name  string  `json:"state_name"`
		Count float64 `json:"count"`
	} `json:"pgs_by_state"`
	All       *float64 `json:"num_pgs"`
	Degraded  float64  `json:"degraded_objects"`
	Misplaced float64  `json:"misplaced_objects"`
	Read      float64  `json:"read_bytes_sec"`
	Written   float64  `json:"write_bytes_sec"`
}

// cephReadings reads a status.
func cephReadings(text string) ([]record.Reading, error) {
	var status cephStatus
	if err := json.Unmarshal([]byte(text), &status); err != nil {
		return nil, fmt.Errorf("the status is no document: %w", err)
	}
	health, known := map[string]float64{"HEALTH_OK": 0, "HEALTH_WARN": 1, "HEALTH_ERR": 2}[status.Health.Status]
	if !known {
		return nil, fmt.Errorf("the health %q is not one that is known", status.Health.Status)
	}
	readings := []record.Reading{{Signal: "ceph.up", Value: 1}, {Signal: "ceph.health", Value: health}}
	for _, name := range slices.Sorted(maps.Keys(status.Health.Checks)) {
		severity := 1.0
		if status.Health.Checks[name].Severity == "HEALTH_ERR" {
			severity = 2
		}
		readings = append(readings, record.Reading{Signal: "ceph.check", Labels: map[string]string{"check": name}, Value: severity})
	}
	add := func(signal string, value *float64) {
		if value != nil {
			readings = append(readings, record.Reading{Signal: "ceph." + signal, Value: *value})
		}
	}
	add("mons", status.Monmap.Mons)
	if status.Quorum != nil {
		readings = append(readings, record.Reading{Signal: "ceph.mons_in_quorum", Value: float64(len(status.Quorum))})
	}
	add("osds", status.Osdmap.All)
	add("osds_up", status.Osdmap.Up)
	add("osds_in", status.Osdmap.In)
	if status.Mgrmap.Available == nil {
		return readings, nil
	}
	readings = append(readings, record.Reading{Signal: "ceph.manager", Value: flag(*status.Mgrmap.Available)})
	if *status.Mgrmap.Available && status.Pgmap != nil {
		readings = append(readings, status.Pgmap.readings()...)
	}
	return readings, nil
}

// readings are what an active manager tells.
func (p *cephPgmap) readings() []record.Reading {
	var clean, degraded, unavailable float64
	for _, state := range p.States {
		words := strings.Split(state.Name, "+")
		active := slices.Contains(words, "active") && !slices.Contains(words, "stale") // of a stale one that was before its OSDs went
		if active && slices.Contains(words, "clean") {
			clean += state.Count
		}
		if slices.Contains(words, "degraded") || slices.Contains(words, "undersized") {
			degraded += state.Count
		}
		if !active {
			unavailable += state.Count
		}
	}
	var readings []record.Reading
	if p.All != nil {
		readings = []record.Reading{
			{Signal: "ceph.pgs", Value: *p.All}, {Signal: "ceph.pgs_clean", Value: clean},
			{Signal: "ceph.pgs_degraded", Value: degraded}, {Signal: "ceph.pgs_unavailable", Value: unavailable},
		}
	}
	return append(readings,
		record.Reading{Signal: "ceph.objects_degraded", Value: p.Degraded}, record.Reading{Signal: "ceph.objects_misplaced", Value: p.Misplaced},
		record.Reading{Signal: "ceph.read_rate", Value: p.Read}, record.Reading{Signal: "ceph.write_rate", Value: p.Written})
}
