package rally

import (
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/document"
)

// objectives are the criteria of the workload in the language of objectives. Rally
// takes none for a failure rate of 0.
func (c *conversion) objectives() []any {
	if c.sla == nil || c.sla.Shape == document.Null {
		return []any{c.errors("<=", 0)}
	}
	if c.sla.Shape != document.Mapping {
		c.report.At(c.sla).Errorf("sla: wants a mapping, not %s", c.sla.Shape)
		return nil
	}
	var list []any
	for _, e := range c.sla.Entries {
		if e.Name() != "failure_rate" {
			c.add(Lost, e.Key, "sla."+e.Name(), "%s", unjudged(e.Name()))
			continue
		}
		if e.Value.Shape != document.Mapping {
			c.report.At(e.Value).Errorf("failure_rate: wants {max: 0} or the like")
		}
		for _, limit := range e.Value.Entries {
			operator := map[string]string{"max": "<=", "min": ">="}[limit.Name()]
			if operator == "" {
				c.report.At(limit.Key).Unknown("key", limit.Name(), []string{"max", "min"})
				continue
			}
			if percent := c.number(limit.Value); limit.Name() == "max" || percent > 0 {
				list = append(list, c.errors(operator, percent))
			}
		}
	}
	return list
}

// errors is an objective over the share of iterations that failed.
func (c *conversion) errors(operator string, percent float64) string {
	return fmt.Sprintf("error_ratio(%q) %s %s%%", c.name, operator, strconv.FormatFloat(percent, 'f', -1, 64))
}

// unjudged is why there is no objective of a criterion.
func unjudged(name string) string {
	switch name {
	case "max_seconds_per_iteration":
		return "objectives judge percentiles, of which the slowest of all iterations is none"
	case "max_avg_duration", "max_avg_duration_per_atomic":
		return "objectives judge percentiles, and no mean"
	case "outliers", "performance_degradation":
		return "objectives compare percentiles with limits or between phases, and no iteration with others"
	}
	return "no criterion of that name is known"
}
