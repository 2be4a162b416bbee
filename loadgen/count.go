package loadgen

// longTime is a time, in seconds, in which a curve that comes to an end has come to it.
const longTime = 1 << 40

// Count is how many arrivals there are all together where they come to an end, as those of a
// trace do, and of steps or a ramp at whose end there is none: false where they go on for as long
// as their load does. Seed is that of the load's stream. It takes as long as drawing them does.
func (a Arrivals) Count(seed int64) (n int64, ends bool) {
	if c := a.curve(); c.due(longTime) != c.due(2*longTime) {
		return 0, false
	}
	for s := NewSchedule(a, seed); ; n++ {
		if _, more := s.Next(); !more {
			return n, true
		}
	}
}
