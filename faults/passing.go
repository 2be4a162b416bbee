package faults

// Passing tells that a fault's effect passes by itself, as it must: its Momentary says so.
func Passing(fault Fault) bool {
	passing, is := fault.(interface{ Momentary() bool })
	return is && passing.Momentary()
}
