package packaging

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// release is what a test looks at of .goreleaser.yaml.
type release struct {
	Version int
	Builds  []struct {
		Main                string
		Env, Flags, LDFlags []string
		GOOS, GOArch        []string
		ModTimestamp        string `yaml:"mod_timestamp"`
	}
	Archives []struct{ Files []struct{ Src string } }
	NFPMs    []struct {
		Contents []struct{ Src, Dst string }
		Scripts  map[string]string
	} `yaml:"nfpms"`
	Dockers []struct {
		Dockerfile string
		BuildArgs  map[string]string `yaml:"build_args"`
	} `yaml:"dockers_v2"`
}

// A release is built as the image is: static, with no path of the builder's in it, with its version.
func TestReleaseIsBuiltAsTheImage(t *testing.T) {
	var r release
	readYAML(t, ".goreleaser.yaml", &r)
	if r.Version != 2 || len(r.Builds) != 1 {
		t.Fatalf("version %d with %d builds, want version 2 with one", r.Version, len(r.Builds))
	}
	b := r.Builds[0]
	image := strings.Join(said(dockerfile(t), "built", "RUN"), " ")
	for _, word := range slices.Concat(b.Env, b.Flags, []string{b.Main}) {
		if !strings.Contains(image, word) {
			t.Errorf("the release is built with %s, the image is not: %s", word, image)
		}
	}
	if flags := strings.Join(b.LDFlags, " "); !strings.Contains(image, strings.ReplaceAll(flags, "{{ .Version }}", "$VERSION")) {
		t.Errorf("the release is linked with %s, the image otherwise: %s", flags, image)
	}
	if b.ModTimestamp != "{{ .CommitTimestamp }}" {
		t.Error("the same commit does not give the same bytes")
	}
	if want := []string{"linux", "darwin", "windows"}; !slices.Equal(b.GOOS, want) || !slices.Equal(b.GOArch, []string{"amd64", "arm64"}) {
		t.Errorf("built for %q on %q", b.GOOS, b.GOArch)
	}
}

// What a release names is there.
func TestReleaseNamesWhatIsThere(t *testing.T) {
	var r release
	readYAML(t, ".goreleaser.yaml", &r)
	var files []string
	for _, a := range r.Archives {
		for _, f := range a.Files {
			files = append(files, f.Src)
		}
	}
	installed := map[string]string{}
	for _, p := range r.NFPMs {
		for _, c := range p.Contents {
			files = append(files, c.Src)
			installed[c.Src] = c.Dst
		}
		for _, script := range p.Scripts {
			files = append(files, script)
			if info, err := os.Stat(filepath.Join(root, script)); err != nil || info.Mode().Perm()&0o111 == 0 {
				t.Errorf("%s cannot be run", script)
			}
		}
	}
	for _, d := range r.Dockers {
		files = append(files, d.Dockerfile)
		if from := d.BuildArgs["BINARY"]; len(said(dockerfile(t), from, "COPY")) == 0 {
			t.Errorf("the image takes its binary from the stage %q, which is not there", from)
		}
	}
	for _, pattern := range files {
		if found, err := filepath.Glob(filepath.Join(root, pattern)); err != nil || len(found) == 0 {
			t.Errorf("%s is not there", pattern)
		}
	}
	for src, dst := range map[string]string{
		"packaging/daypass.service":  "/usr/lib/systemd/system/daypass.service",
		"packaging/daypass.sysusers": "/usr/lib/sysusers.d/daypass.conf",
		"packaging/daypass.env":      strings.TrimPrefix(unit(t)["EnvironmentFile"][0], "-"),
	} {
		if installed[src] != dst {
			t.Errorf("%s is installed as %q, want %q", src, installed[src], dst)
		}
	}
	if !strings.Contains(read(t, "packaging/postinstall"), installed["packaging/daypass.sysusers"]) {
		t.Error("installing does not make the account")
	}
}
