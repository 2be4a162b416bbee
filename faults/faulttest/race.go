//go:build race

package faulttest

// underRace tells that the race detector is at work.
const underRace = true
