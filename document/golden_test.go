package document_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
)

// sample has a field of every sort that loaders use.
type sample struct {
	Name        document.Value[string]   `yaml:"name" required:"true" help:"what it is called"`
	Signal      string                   `yaml:"signal"`
	Hold        time.Duration            `yaml:"hold" help:"how long"`
	Lease       time.Duration            `yaml:"lease"`
	Ratio       document.Percent         `yaml:"ratio"`
	Rate        document.Rate            `yaml:"rate"`
	Size        document.Bytes           `yaml:"size"`
	Count       int                      `yaml:"count"`
	Small       uint8                    `yaml:"small"`
	Factor      float64                  `yaml:"factor"`
	Flag        bool                     `yaml:"flag"`
	List        []string                 `yaml:"list"`
	Inner       *inner                   `yaml:"inner"`
	Named       document.Map[inner]      `yaml:"named"`
	Plain       map[string]int           `yaml:"plain"`
	Later       *document.Node           `yaml:"later"`
	Nothing     string                   `yaml:"nothing"`
	Expressions []document.Value[string] `yaml:"expressions"`
	shared      `yaml:",inline"`
}

type inner struct {
	Where string `yaml:"where" required:"true"`
}

type shared struct {
	Why string `yaml:"why"`
}

// check is a loader's look at the meaning: it points inside expressions.
func check(report *document.Reporter, s *sample) {
	for _, e := range s.Expressions {
		if i := strings.Index(e.V, "nope"); i >= 0 {
			report.At(e.Node).Inside(i).Unknown("signal", "nope", []string{"node.load1", "nop"})
		}
	}
}

// TestProblems reads every file of testdata/problems and compares what is
// wrong with it, as an operator would see it, to the text beside it.
// With ERIS_GOLDEN=write it writes those texts.
func TestProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			doc, problems := document.Parse(filepath.Base(file), data)
			if doc != nil {
				var s sample
				report := doc.Reporter()
				report.Add(problems)
				report.Decode(doc.Root, &s)
				check(report, &s)
				problems = report.Problems()
			}
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if os.Getenv("ERIS_GOLDEN") == "write" {
				require.NoError(t, os.WriteFile(golden, []byte(problems.Error()+"\n"), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), problems.Error()+"\n")
		})
	}
}
