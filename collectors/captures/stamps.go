package captures

import (
	"regexp"
	"strings"
	"time"
)

// Of a time.
const (
	clockTime = `(?P<clock>\d?\d:\d\d:\d\d)(?:[.,]\d+)?`
	monthName = `(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`
)

// The times of lines. One at the begin of a line goes first: journals, oslo.log and most others
// have it, of MariaDB an hour before ten has one digit; without a year it is that of rsyslog, as
// Swift and haproxy have it. uWSGI, and Apache of errors and of requests, have it in brackets.
//
// Source: https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html and
// https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat
var (
	isoStamp     = regexp.MustCompile(`^(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ] ?` + clockTime + `(?P<zone>Z|[+-]\d\d:?\d\d)?`)
	rsyslogStamp = regexp.MustCompile(`^` + monthName + ` (?P<day>[ \d]\d) ` + clockTime + ` `)
	ctimeStamp   = regexp.MustCompile(`(?:^|\[)(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ` + monthName + ` (?P<day>[ \d]\d) ` + clockTime + ` (?P<year>\d{4})\b`)
	requestStamp = regexp.MustCompile(`\[(?P<day>\d\d)/` + monthName + `/(?P<year>\d{4}):` + clockTime + ` (?P<zone>[+-]\d{4})\]`)
)

// stampWithin is where in a line a time is looked for, in bytes: a request's stands behind
// whose it is.
const stampWithin = 300

// stamped is the time of a line; without a zone it is of that of near, and without a year of
// that in which it is nearest to it.
func stamped(line string, near time.Time) (time.Time, bool) {
	line = line[:min(len(line), stampWithin)]
	for _, shape := range []*regexp.Regexp{isoStamp, rsyslogStamp, ctimeStamp, requestStamp} {
		found := shape.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		part := func(name string) string {
			if at := shape.SubexpIndex(name); at >= 0 {
				return strings.TrimSpace(found[at])
			}
			return ""
		}
		zone, year := near.Location(), part("year")
		if own, err := time.Parse("Z0700", strings.ReplaceAll(part("zone"), ":", "")); err == nil {
			zone = own.Location()
		}
		if year == "" {
			year = near.Format("2006")
		}
		layout := "2006 Jan 2 15:04:05"
		if shape == isoStamp {
			layout = "2006 01 2 15:04:05"
		}
		at, err := time.ParseInLocation(layout, strings.Join([]string{year, part("month"), part("day"), part("clock")}, " "), zone)
		if err != nil {
			return time.Time{}, false
		}
		const half = 183 * 24 * time.Hour
		switch away := at.Sub(near); {
		case part("year") != "":
		case away > half:
			at = at.AddDate(-1, 0, 0)
		case away < -half:
			at = at.AddDate(1, 0, 0)
		}
		return at, true
	}
	return time.Time{}, false
}
