package systemd

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Config is what the unit's file and its drop-ins say together.
type Config struct {
	Description     string
	Type            string // simple, exec, notify, forking, oneshot
	ExecStart       []string
	ExecReload      []string // without one there is no reload
	ExecStopPost    []string // is run when the main process has ended
	Environment     []string
	KillMode        string        // control-group, process
	Restart         string        // no, always, on-failure, on-success, on-abnormal
	RestartSec      time.Duration // before a restart
	RuntimeMax      time.Duration // 0: none
	TimeoutStop     time.Duration // after SIGTERM, before SIGKILL
	StartLimitBurst int           // starts within StartLimitInterval; 0: no limit
	StartLimit      time.Duration
	RemainAfterExit bool
	Conditions      []string // ConditionPathExists=, with its "!" where it has one
	Slice           string
	Collect         bool    // failed is no reason to stay loaded
	CPUQuota        float64 // processors; 0: none
	CPUWeight       float64 // against 100 of others
	MemoryMax       int64   // bytes; 0: none
	MemoryHigh      int64   // bytes; 0: none
	TasksMax        int64   // 0: none
	IORead, IOWrite ioLimit
	OwnFiles        string // TemporaryFileSystem=

	OnActive, OnBoot, OnUnitActive time.Duration // of a timer; 0: not set
	Accuracy                       time.Duration
	RemainAfterElapse              bool
	Triggers                       string // the unit that a timer starts

	Installable bool
	Other       map[string]string // settings that are shown and have no effect here
}

func defaults() Config {
	return Config{
		Type: "simple", KillMode: "control-group", Restart: "no", RestartSec: 100 * time.Millisecond, TimeoutStop: 90 * time.Second,
		StartLimitBurst: 5, StartLimit: 10 * time.Second, Slice: "system.slice", Accuracy: time.Minute, CPUWeight: fairWeight,
		RemainAfterElapse: true, Other: map[string]string{},
	}
}

// read adds the settings of one file. Sections of other kinds and settings
// that mean nothing here are kept in Other, as systemd ignores what it does
// not know with no more than a warning.
func (c *Config) read(text string) error {
	section := ""
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
			continue
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			c.Installable = c.Installable || section == "Install"
			continue
		}
		key, value, found := strings.Cut(line, "=")
		if !found {
			continue
		}
		if err := c.set(section, strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return fmt.Errorf("read %s=: %w", strings.TrimSpace(key), err)
		}
	}
	return nil
}

func (c *Config) set(section, key, value string) error {
	if section == "Timer" {
		return c.setTimer(key, value)
	}
	return c.setCommon(key, value)
}

func (c *Config) setCommon(key, value string) error {
	switch key {
	case "Description":
		c.Description = value
	case "Type":
		c.Type = value
	case "ExecStart":
		if value == "" {
			c.ExecStart = nil
			return nil
		}
		c.ExecStart = splitExec(strings.TrimLeft(value, "-@:+!"))
	case "ExecReload":
		c.ExecReload = splitExec(strings.TrimLeft(value, "-@:+!"))
	case "ExecStopPost":
		c.ExecStopPost = splitExec(strings.TrimLeft(value, "-@:+!"))
	case "Environment":
		c.Environment = append(c.Environment, splitExec(value)...)
	case "KillMode":
		c.KillMode = value
	case "Restart":
		c.Restart = value
	case "RemainAfterExit":
		c.RemainAfterExit = truth(value)
	case "ConditionPathExists":
		if value == "" {
			c.Conditions = nil
			return nil
		}
		c.Conditions = append(c.Conditions, value)
	case "Slice":
		c.Slice = value
	case "CollectMode":
		c.Collect = value == "inactive-or-failed"
	case "StartLimitBurst":
		n, err := strconv.Atoi(value)
		c.StartLimitBurst = n
		return err
	case "RestartSec":
		return span(value, &c.RestartSec)
	case "RuntimeMaxSec":
		return span(value, &c.RuntimeMax)
	case "TimeoutStopSec":
		return span(value, &c.TimeoutStop)
	case "StartLimitIntervalSec":
		return span(value, &c.StartLimit)
	default:
		return c.setResource(key, value)
	}
	return nil
}

func (c *Config) setTimer(key, value string) error {
	switch key {
	case "OnActiveSec":
		return span(value, &c.OnActive)
	case "OnBootSec", "OnStartupSec":
		return span(value, &c.OnBoot)
	case "OnUnitActiveSec":
		return span(value, &c.OnUnitActive)
	case "AccuracySec":
		return span(value, &c.Accuracy)
	case "RemainAfterElapse":
		c.RemainAfterElapse = truth(value)
	case "Unit":
		c.Triggers = value
	default:
		return c.setCommon(key, value)
	}
	return nil
}

func truth(value string) bool {
	switch strings.ToLower(value) {
	case "1", "yes", "true", "on", "y", "t":
		return true
	}
	return false
}

func span(value string, into *time.Duration) error {
	d, err := ParseSpan(value)
	if err == nil {
		*into = d
	}
	return err
}

// splitExec splits a command line as systemd does: at spaces, with quotes and
// C escapes, $$ for $ and %% for %.
func splitExec(line string) []string {
	var words []string
	var word strings.Builder
	quote, open := byte(0), false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteString(unescape(line[i]))
			open = true
		case (c == '$' || c == '%') && i+1 < len(line) && line[i+1] == c:
			i++
			word.WriteByte(c)
			open = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open = c, true
		case quote == 0 && (c == ' ' || c == '\t'):
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteByte(c)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 's':
		return " "
	}
	return string(c)
}

// quoteExec writes words so that splitExec gives them back.
func quoteExec(words []string) string {
	quoted := make([]string, len(words))
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "$", "$$", "%", "%%")
	for i, word := range words {
		quoted[i] = `"` + escape.Replace(word) + `"`
	}
	return strings.Join(quoted, " ")
}
