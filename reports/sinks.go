package reports

import (
	"fmt"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// sinkName is what people call a sink.
func sinkName(s record.Sink) string {
	if s.To == record.InfluxDB {
		return "InfluxDB"
	}
	return s.To
}

// SinkWords says what a sink got of the run.
func SinkWords(s record.Sink) string {
	count := func(n int64) string { return kpi.Quantity(float64(n), "1") }
	text := fmt.Sprintf("%s of %s points were written", count(s.Written), count(s.Produced))
	if s.Lost > 0 {
		text += fmt.Sprintf(", %s are lost", count(s.Lost))
	}
	if s.Unsure > 0 {
		text += fmt.Sprintf(", of %s nobody knows", count(s.Unsure))
	}
	if s.Lost+s.Unsure == 0 {
		return text
	}
	if s.Reason != "" {
		text += " (" + s.Reason + ")"
	}
	return text + "; the record has all of it"
}
