package kpi

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// errorCauses go by what the load was told: which layer answered, or did not.
func errorCauses() []rule {
	return []rule{
		{"proxy-without-server", func(e *evidence) (string, []string) {
			return e.answered(record.HTTP5xx, func(t ErrorText) bool {
				return t.Status == 503 && strings.Contains(t.Text, "No server is available")
			}, "the proxy before the service had no server to which it would send: the answers are its own and not the service's")
		}},
		{"proxy-waited-in-vain", func(e *evidence) (string, []string) {
			return e.answered(record.HTTP5xx, func(t ErrorText) bool { return t.Status == 504 },
				"the proxy before the service went on sending to a server that took requests and did not answer them")
		}},
		{"server-went-away", func(e *evidence) (string, []string) {
			return e.answered(record.HTTP5xx, func(t ErrorText) bool { return t.Status == 502 },
				"the proxy before the service lost the server in the middle of answers")
		}},
		{"service-failed", func(e *evidence) (string, []string) {
			text := "the service, or a proxy before it whose words no rule knows, was reached and could not serve: something that it needs (database, message bus, cache, identity) did not serve it"
			if e.fault != nil {
				text += ", which may be what " + e.fault.Plan.Fault + " struck"
			}
			return e.answered(record.HTTP5xx, func(t ErrorText) bool {
				return t.Status != 502 && t.Status != 504 && !strings.Contains(t.Text, "No server is available")
			}, text)
		}},
		{"refused", func(e *evidence) (string, []string) {
			return e.answered(record.Connect, says("connection refused"),
				"nothing listened where the load sent to, and nothing before it led to what was left")
		}},
		{"unreachable", func(e *evidence) (string, []string) {
			return e.answered(record.Connect, says("no route to host", "network is unreachable", "host is down"),
				"the address that the load sent to was on no node that could be reached, as a virtual address that has not moved")
		}},
		{"cut-off", func(e *evidence) (string, []string) {
			return e.answered(record.Connect, says("reset by peer", "broken pipe", "EOF"),
				"connections were cut off in the middle, and requests on them were not sent again elsewhere")
		}},
		{"certificate", func(e *evidence) (string, []string) {
			return e.counted(record.TLS, "the certificate that was shown is not trusted, or is another's: nothing was asked")
		}},
		{"not-authenticated", func(e *evidence) (string, []string) {
			return e.answered(record.HTTP4xx, func(t ErrorText) bool { return t.Status == 401 || t.Status == 403 },
				"tokens were not taken: Keystone, its cache, or what it has to ask could not tell that they are good")
		}},
		{"over-quota", func(e *evidence) (string, []string) {
			return e.counted(record.Quota, "the load's own quota was used up, as by resources that a failed deletion left, or a limit of rate was met: it may say little of the fault")
		}},
		{"in-conflict", func(e *evidence) (string, []string) {
			return e.counted(record.Conflict, "resources were left in a state in which the next step is refused, as by a step before that was cut off")
		}},
		{"no-answer", noAnswer},
		{"no-place", func(e *evidence) (string, []string) {
			return e.counted(record.Dropped, "the load had no place left for what was due, since what came before was not answered: the arrivals that were sent say why")
		}},
	}
}

// says tells of texts that have one of these words.
func says(words ...string) func(ErrorText) bool {
	return func(t ErrorText) bool {
		for _, w := range words {
			if strings.Contains(t.Text, w) {
				return true
			}
		}
		return false
	}
}

// answered is a cause that nearly all failures, of one class, and what was said of most of
// them stand for.
func (e *evidence) answered(class record.Class, fits func(ErrorText) bool, text string) (string, []string) {
	count, is := e.mostly(class)
	if !is {
		return "", nil
	}
	t, words, told := e.said(class)
	if !told || !fits(t) {
		return "", nil
	}
	return text, []string{count, words}
}

// counted is a cause that the class alone stands for.
func (e *evidence) counted(class record.Class, text string) (string, []string) {
	if count, is := e.mostly(class); is {
		return text, []string{count}
	}
	return "", nil
}

// noAnswer is about time-outs: packets that are lost without a word look like a service that
// hangs, and only what the fault is tells them apart.
func noAnswer(e *evidence) (string, []string) {
	count, is := e.mostly(record.Timeout)
	if !is {
		return "", nil
	}
	if e.fault == nil {
		return "requests were not answered: what should have answered them hung or was cut off, and nothing told the load", []string{count}
	}
	standsOn := []string{count, fmt.Sprintf("%s is %s", e.fault.Name, e.fault.Plan.Fault)}
	switch {
	case e.does(vanishing()):
		return "what was struck vanished without a word, so that who waited for it heard of it by his own time-out alone", standsOn
	case e.does(hanging()):
		return "what was struck went on taking connections and answered none, and requests were still led to it", standsOn
	case e.does(slowing()):
		return "what was struck answered too late for the time limit of the load, and requests were still led to it", standsOn
	}
	return "requests were taken and waited for something that did not answer: what the service needs hung, or a connection to what was struck was given up late", standsOn
}
