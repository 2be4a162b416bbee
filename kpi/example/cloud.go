package example

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Episode is what one fault does to a load: from At, arrivals fail with the
// probability Failing for Broken, and answers take Slow times as long, fading
// to normal at Until.
type Episode struct {
	At, Broken, Until time.Duration
	Failing           float64
	Class             record.Class
	Slow              float64
}

// Cloud is the load's side of a run.
type Cloud struct {
	Seed     uint64
	Rate     float64 // arrivals a second, evenly spaced
	Length   time.Duration
	Median   time.Duration
	Spread   float64 // sigma of the logarithm of the latency
	Episodes []Episode
	// Stop ends the samples early, as a cut-off does; zero: at Length.
	Stop time.Duration
}

// Samples gives the outcomes of the load, in order of their intended start. The
// same cloud gives the same samples.
func (c Cloud) Samples(string) iter.Seq2[record.Sample, error] {
	return func(yield func(record.Sample, error) bool) {
		random := rand.New(rand.NewPCG(c.Seed, 1))
		n := int64(c.Length.Seconds() * c.Rate)
		for i := range n {
			due := time.Duration(float64(i) / c.Rate * float64(time.Second))
			s := c.sample(random, i, due)
			if c.Stop > 0 && s.End > c.Stop {
				continue
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (c Cloud) sample(random *rand.Rand, i int64, due time.Duration) record.Sample {
	latency := float64(c.Median) * math.Exp(c.Spread*random.NormFloat64())
	s := record.Sample{Iteration: i, Intended: due, Started: due + time.Duration(random.Float64()*float64(2*time.Millisecond)), Status: 201}
	luck := random.Float64()
	for _, e := range c.Episodes {
		if due < e.At || due >= e.Until {
			continue
		}
		left := float64(e.Until-due) / float64(e.Until-e.At)
		latency *= 1 + (e.Slow-1)*math.Sqrt(left)
		if due < e.At+e.Broken && luck < e.Failing {
			s.Class, s.Status, s.SentID = e.Class, 503, requestID(random)
			if e.Class == record.Timeout {
				s.Status, latency = 0, float64(2*time.Second)
			}
		}
	}
	s.End = s.Started + time.Duration(latency)
	return s
}

// failures are what was said of the load's failures: one text a class.
func (c Cloud) failures(load string) ([]record.Failure, error) {
	text := map[record.Class]string{
		record.Timeout: "Post \"https://identity.example.org:5000/v3/auth/tokens\": context deadline exceeded",
		record.HTTP5xx: "Expected HTTP response code [201] when accessing [POST https://identity.example.org:5000/v3/auth/tokens], but got 503 instead: <html><body><h1>503 Service Unavailable</h1> No server is available to handle this request. </body></html>",
	}
	var all []record.Failure
	if len(c.Episodes) == 0 {
		return nil, nil
	}
	for s, err := range c.Samples(load) {
		if err != nil {
			return nil, err
		}
		if s.Class == record.OK {
			continue
		}
		i := slices.IndexFunc(all, func(f record.Failure) bool { return f.Class == s.Class.String() })
		if i < 0 {
			i = len(all)
			all = append(all, record.Failure{Class: s.Class.String(), Text: strings.ReplaceAll(text[s.Class], ":5000", ":PORT"), At: s.End, Status: s.Status, SentID: s.SentID})
		}
		if all[i].Count++; all[i].Count <= 3 {
			all[i].Examples = append(all[i].Examples, record.Example{Text: text[s.Class], At: s.End, SentID: s.SentID})
		}
	}
	for i := range all {
		if c.Stop > 0 { // which a run that was cut off did not come to
			all[i].Count, all[i].Examples = 0, all[i].Examples[:1]
		}
	}
	return all, nil
}

// requestID is one that a request was sent with. What failed here has no other: a balancer
// with no server behind it names none, and neither does a service that does not answer.
func requestID(random *rand.Rand) string {
	const groups = 8
	var id [groups]uint16
	for i := range id {
		id[i] = uint16(random.Uint64())
	}
	return fmt.Sprintf("req-%04x%04x-%04x-4%03x-8%03x-%04x%04x%04x", id[0], id[1], id[2], id[3]&0xfff, id[4]&0xfff, id[5], id[6], id[7])
}
