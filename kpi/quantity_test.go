package kpi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
)

// What is not nothing is no 0, and what is not all no 100 %.
func TestAQuantityNeverRoundsToAnEndItIsNot(t *testing.T) {
	for _, c := range []struct {
		x    float64
		unit string
		want string
	}{
		{1 - 3.0/144000, "ratio", "99.9979 %"},
		{3.0 / 144000, "ratio", "0.0021 %"},
		{1.0 / 1e9, "ratio", "0.0000001 %"},
		{0.99996, "ratio", "99.996 %"},
		{0.9999, "ratio", "99.99 %"},
		{1.000004, "ratio", "100.0004 %"},
		{-0.000021, "ratio", "−0.0021 %"},
		{-0.05, "ratio", "−5 %"},
		{2.8e-17, "ratio", "0 %"},
		{-2.8e-17, "s", "0 ms"},
		{0, "ratio", "0 %"},
		{1, "ratio", "100 %"},
		{4e-6, "s", "0.004 ms"},
		{-4e-6, "s", "−0.004 ms"},
		{0.0041, "1", "0.0041"},
		{0.9784, "ratio", "97.84 %"},
	} {
		require.Equal(t, c.want, kpi.Quantity(c.x, c.unit))
	}
	require.Equal(t, "−0.0025 pt", kpi.Difference(0.989975-0.99, "ratio"))
	require.Equal(t, "0.0036/h", kpi.Rate(1e-6))
}

// A measured value stands on the same side of a limit as it is.
func TestAQuantityBesideALimitIsOnItsSide(t *testing.T) {
	for _, c := range []struct {
		x, limit float64
		unit     string
		want     string
	}{
		{0.98997, 0.99, "ratio", "98.997 %"},
		{0.9784, 0.99, "ratio", "97.84 %"},
		{0.99999, 99.999 / 100, "ratio", "99.999 %"},
		{0.999989, 99.999 / 100, "ratio", "99.9989 %"},
		{60.04, 60, "s", "60.04 s"},
		{64.04, 60, "s", "64 s"},
		{0.9996, 1, "s", "999.6 ms"},
		{1.2349, 1.2349, "s", "1.2349 s"},
		{1.234, 1.2349, "s", "1.23 s"},
		{0.3061, 0.306, "s", "306.1 ms"},
		{0, 0.01, "s", "0 s"},
		{0.0004, 0, "s", "0.4 ms"},
		{100.26, 100, "1", "100.3"},
		{5*1024*1024 + 1, 5 << 20, "bytes", "5.000001 MiB"},
	} {
		require.Equal(t, c.want, kpi.Beside(c.x, c.limit, c.unit))
	}
}

// A limit is told as it was written, to its digits.
func TestALimitIsToldToItsDigits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		unit string
		want string
	}{
		{99.999 / 100, "ratio", "99.999 %"},
		{0.001 / 100, "ratio", "0.001 %"},
		{99.9999999 / 100, "ratio", "99.9999999 %"},
		{0.99, "ratio", "99 %"},
		{1 - 0.1/100, "ratio", "99.9 %"},
		{1, "ratio", "100 %"},
		{0, "ratio", "0 %"},
		{1.2349, "s", "1.2349 s"},
		{0.0012345, "s", "1.2345 ms"},
		{0.1 + 0.2, "s", "300 ms"},
		{3600.5, "s", "3\u202f600.5 s"},
		{12345, "1", "12\u202f345"},
		{0.0001, "1", "0.0001"},
		{-0.5, "s", "−500 ms"},
		{512 << 20, "bytes", "512 MiB"},
		{5_000_001, "bytes", "5\u202f000\u202f001 B"},
		{1.005, "packets", "1.005 packets"},
	} {
		require.Equal(t, c.want, kpi.Exactly(c.x, c.unit))
	}
}

// Of an objective all that is printed is on the right side.
func TestAnObjectiveIsToldOnItsSide(t *testing.T) {
	o := kpi.Objective{Unit: "ratio", Operator: ">=", Limit: new(99.0 / 100), Measured: new(0.989975), Margin: new(0.989975 - 0.99)}
	require.Equal(t, "≥ 99 %", o.LimitText())
	require.Equal(t, "98.998 %", o.Figure(*o.Measured))
	require.Equal(t, "−0.0025 pt", o.MarginText())
	require.Empty(t, kpi.Objective{}.LimitText())
	require.Empty(t, kpi.Objective{}.MarginText())
	require.Equal(t, "100.3 % of the error budget", kpi.Budget{Used: 1.0026}.String())
	require.Equal(t, "151 % of the error budget", kpi.Budget{Used: 1.512}.String())

	by := kpi.Objective{Unit: "s", Operator: "<=", Limit: new(3.0020001234), Measured: new(2.998)}
	require.Equal(t, "≤ 3.0020001234 s", by.LimitText())
	by.LimitMeasured = true
	require.Equal(t, "≤ 3.002 s", by.LimitText(), "nobody wrote its digits")
	require.Equal(t, "3 s", by.Figure(*by.Measured))
	by.Measured = new(2.0)
	require.Equal(t, "≤ 3 s", by.LimitText())
}
