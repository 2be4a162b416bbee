package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
)

type tenantFlavor struct {
	RAM        document.Value[int]                  `yaml:"ram" required:"true" help:"MiB"`
	VCPUs      document.Value[int]                  `yaml:"vcpus" help:"1 unless given"`
	Disk       document.Value[int]                  `yaml:"disk" help:"GiB; 0 unless given, which Nova by default lets nobody but an administrator boot from an image"`
	Ephemeral  document.Value[int]                  `yaml:"ephemeral" help:"GiB; 0 unless given"`
	Swap       document.Value[int]                  `yaml:"swap" help:"MiB; 0 unless given"`
	ExtraSpecs document.Value[document.Map[string]] `yaml:"extra_specs" help:"in Nova's words, such as {\"hw:cpu_policy\": dedicated}"`
}

type tenantImage struct {
	File      document.Value[string] `yaml:"file" help:"that is uploaded, relative to the scenario's folder; 16 GiB at most"`
	URL       document.Value[string] `yaml:"url" help:"in place of file: http or https, fetched once before the run, within 10 minutes and 16 GiB"`
	Disk      document.Value[string] `yaml:"disk_format" required:"true" help:"in Glance's words, such as qcow2 or raw"`
	Container document.Value[string] `yaml:"container_format" help:"in Glance's words; bare unless given"`
	MinRAM    document.Value[int]    `yaml:"min_ram" help:"MiB that a server of it needs; 0 unless given"`
	MinDisk   document.Value[int]    `yaml:"min_disk" help:"GiB that a server of it needs; 0 unless given"`
}

// How many things tenants may be given, and how large the numbers of one may be, which is what
// Nova takes.
const (
	tenantFlavors = 20
	tenantImages  = 10
	thingMost     = math.MaxInt32
)

func diskFormats() []string {
	return []string{"raw", "qcow2", "vhd", "vhdx", "vmdk", "vdi", "ploop", "iso", "ami", "ari", "aki"}
}

func containerFormats() []string {
	return []string{"bare", "ovf", "ova", "docker", "compressed", "ami", "ari", "aki"}
}

func (l *loader) tenantFlavors(m document.Value[document.Map[tenantFlavor]]) (all []loadgen.TenantFlavor) {
	if n := len(m.V.Entries); n > tenantFlavors {
		l.report.At(m.Node).Errorf("flavors: %d, and at most %d", n, tenantFlavors)
	}
	for _, e := range m.V.Entries {
		l.thing("flavor", e.Name, e.Key)
		v := e.Value
		f := loadgen.TenantFlavor{Name: e.Name, RAM: v.RAM.V, VCPUs: 1, Disk: v.Disk.V, Ephemeral: v.Ephemeral.V, Swap: v.Swap.V}
		if v.RAM.Given() {
			l.between(v.RAM, "ram", thingMost)
		}
		if v.VCPUs.Given() {
			f.VCPUs = v.VCPUs.V
			l.between(v.VCPUs, "vcpus", thingMost)
		}
		l.natural(v.Disk, "disk")
		l.natural(v.Ephemeral, "ephemeral")
		l.natural(v.Swap, "swap")
		for _, spec := range v.ExtraSpecs.V.Entries {
			if len(spec.Name) > longestThing || len(spec.Value) > longestThing || spec.Value == "" {
				l.report.At(spec.Key).Errorf("extra_specs: a name and its value have 1 to %d letters each", longestThing)
			}
			if f.ExtraSpecs == nil {
				f.ExtraSpecs = map[string]string{}
			}
			f.ExtraSpecs[spec.Name] = spec.Value
		}
		all = append(all, f)
	}
	return all
}

func (l *loader) tenantImages(m document.Value[document.Map[tenantImage]]) (all []loadgen.TenantImage) {
	if n := len(m.V.Entries); n > tenantImages {
		l.report.At(m.Node).Errorf("images: %d, and at most %d", n, tenantImages)
	}
	for _, e := range m.V.Entries {
		l.thing("image", e.Name, e.Key)
		v := e.Value
		i := loadgen.TenantImage{Name: e.Name, URL: v.URL.V, DiskFormat: v.Disk.V, ContainerFormat: "bare", MinRAM: v.MinRAM.V, MinDisk: v.MinDisk.V}
		l.word(v.Disk, "disk_format", diskFormats()...)
		if l.word(v.Container, "container_format", containerFormats()...) && v.Container.V != "" {
			i.ContainerFormat = v.Container.V
		}
		l.natural(v.MinRAM, "min_ram")
		l.natural(v.MinDisk, "min_disk")
		switch {
		case v.File.Given() == v.URL.Given():
			l.report.At(e.Key).Hint("file: PATH, or url: https://…").Errorf("image %s: wants a file or a url, one of them", e.Name)
		case v.URL.Given():
			if wrong := noAddress(i.URL); wrong != "" {
				l.report.At(v.URL.Node).Errorf("url: %s", wrong)
			}
		default:
			i.File, i.Sum = l.imageFile(v.File)
		}
		all = append(all, i)
	}
	return all
}

// noAddress says why nothing can be fetched from an address; empty where it can. It does not
// repeat it, since it may have a secret.
func noAddress(text string) string {
	at, err := url.Parse(text)
	switch {
	case err != nil:
		return "this is no URL"
	case at.Scheme != "http" && at.Scheme != "https":
		return "wants one of http or https"
	case at.Hostname() == "":
		return "it names no host"
	}
	return ""
}

// imageFile is the path of an image's file, and its sum unless files are those of another machine.
func (l *loader) imageFile(v document.Value[string]) (name, sum string) {
	if name = v.V; !filepath.IsAbs(name) {
		name = filepath.Join(l.dir, name)
	}
	if l.WithoutFiles {
		return name, ""
	}
	sum, err := sumOfFile(name)
	if err != nil {
		l.report.At(v.Node).Errorf("file: %v", err)
	}
	return name, sum
}

func sumOfFile(name string) (sum string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is no file", name)
	case info.Size() == 0 || info.Size() > loadgen.ImageBytes:
		return "", fmt.Errorf("%s has %d bytes, and an image has 1 to %d", name, info.Size(), int64(loadgen.ImageBytes))
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// longestThing is how long names are that Nova and Glance take.
const longestThing = 255

// thing checks the name by which loads ask for a flavor or an image.
func (l *loader) thing(what, name string, at *document.Node) {
	switch {
	case len(name) > longestThing || strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		l.report.At(at).Errorf("%q is no name for %s: it has 1 to %d letters, none of them a space at its ends", name, article(what), longestThing)
	case len(name) > 2 && strings.HasPrefix(name, "/") && strings.HasSuffix(name, "/"):
		l.report.At(at).Errorf("%q is no name for %s: loads take it for a pattern", name, article(what))
	}
}

func article(what string) string {
	if strings.ContainsAny(what[:1], "aeiou") {
		return "an " + what
	}
	return "a " + what
}

// natural wants a number that is not negative.
func (l *loader) natural(v document.Value[int], key string) {
	if v.V < 0 || v.V > thingMost {
		l.report.At(v.Node).Errorf("%s: must be from 0 to %d", key, thingMost)
	}
}

// PlannedFlavor is a flavor that is made for tenants alone.
type PlannedFlavor struct {
	Name       string            `json:"name"`
	RAM        int               `json:"ram_mib"`
	VCPUs      int               `json:"vcpus"`
	Disk       int               `json:"disk_gib"`
	Ephemeral  int               `json:"ephemeral_gib,omitempty"`
	Swap       int               `json:"swap_mib,omitempty"`
	ExtraSpecs map[string]string `json:"extra_specs,omitempty"`
}

// PlannedImage is an image that is uploaded to each project of tenants.
type PlannedImage struct {
	Name            string `json:"name"`
	File            string `json:"file,omitempty"`
	Sum             string `json:"sha256,omitempty"` // of the file
	URL             string `json:"url,omitempty"`    // without what may be a secret in it
	DiskFormat      string `json:"disk_format"`
	ContainerFormat string `json:"container_format"`
}

func plannedFlavors(t loadgen.Tenants) (all []PlannedFlavor) {
	for _, f := range t.Flavors {
		all = append(all, PlannedFlavor(f))
	}
	return all
}

func plannedImages(t loadgen.Tenants) (all []PlannedImage) {
	for _, i := range t.Images {
		p := PlannedImage{Name: i.Name, Sum: i.Sum, DiskFormat: i.DiskFormat, ContainerFormat: i.ContainerFormat}
		if i.File != "" {
			p.File = filepath.Base(i.File) // the same wherever the scenario lies
		} else {
			p.URL = bareAddress(i.URL)
		}
		all = append(all, p)
	}
	return all
}

// bareAddress is an address without its user and its query.
func bareAddress(text string) string {
	at, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: at.Scheme, Host: at.Host, Path: at.Path}).String()
}

// String is what it is, in words.
func (f PlannedFlavor) String() string {
	words := fmt.Sprintf("%s (%d MiB, %s, %d GiB", f.Name, f.RAM, number(f.VCPUs, "VCPU"), f.Disk)
	if f.Ephemeral > 0 {
		words += fmt.Sprintf(" and %d GiB ephemeral", f.Ephemeral)
	}
	if f.Swap > 0 {
		words += fmt.Sprintf(", %d MiB swap", f.Swap)
	}
	if n := len(f.ExtraSpecs); n > 0 {
		words += ", " + number(n, "extra spec")
	}
	return words + ")"
}

// String is what it is, in words.
func (i PlannedImage) String() string {
	return fmt.Sprintf("%s (%s, of %s)", i.Name, i.DiskFormat, orWord(i.File, i.URL))
}

// things are words for what tenants are given beside projects.
func (t PlannedTenants) things() (words string) {
	list := func(what string, all []string) {
		if len(all) > 0 {
			words += ", " + what + " " + strings.Join(all, ", ")
		}
	}
	var flavors, images []string
	for _, f := range t.Flavors {
		flavors = append(flavors, f.String())
	}
	for _, i := range t.Images {
		images = append(images, i.String())
	}
	list("with flavors that nobody else sees:", flavors)
	list("with images uploaded to each:", images)
	return words
}

// making says what an administrator does for them.
func (t PlannedTenants) making() string {
	if len(t.Flavors) > 0 {
		return "makes projects, users and flavors, and looks into the projects"
	}
	return "makes projects and users, and looks into them"
}
