package coverage

// PublishedRows are the figures that runs are held against, by experiment: outage, downtime
// and time to recover.
func PublishedRows() map[string][3]*float64 {
	rows := map[string][3]*float64{}
	for _, e := range experiments() {
		rows[e.name] = [3]*float64{e.outage, e.downtime, e.recover}
	}
	return rows
}
