// Package packaging holds what Daypass is installed with, and tests that hold it to what the program says.
package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// root is the repository.
const root = ".."

// read is a file of the repository.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readYAML reads a YAML file strictly into what a test looks at.
func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// instruction is one line of the Dockerfile, its continuations included.
type instruction struct {
	stage      string // the name of its stage; empty: the last one
	name, rest string
}

// dockerfile reads the Dockerfile's instructions.
func dockerfile(t *testing.T) (all []instruction) {
	t.Helper()
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, "Dockerfile"), "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	stage := ""
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.Join(strings.Fields(line), " "), " ")
		if name == "" {
			continue
		}
		if name == "FROM" {
			_, stage, _ = strings.Cut(rest, " AS ")
		}
		all = append(all, instruction{stage, name, rest})
	}
	return all
}

// said are the rests of the instructions of one name in one stage.
func said(all []instruction, stage, name string) (rests []string) {
	for _, i := range all {
		if i.stage == stage && i.name == name {
			rests = append(rests, i.rest)
		}
	}
	return rests
}

// one is the only thing that is said.
func one(t *testing.T, all []instruction, stage, name string) string {
	t.Helper()
	rests := said(all, stage, name)
	if len(rests) != 1 {
		t.Fatalf("stage %q says %s %d times, want once: %q", stage, name, len(rests), rests)
	}
	return rests[0]
}

// words reads the form of a command that no shell sees: ["a", "b"].
func words(t *testing.T, list string) (all []string) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(list), &all); err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	return all
}

// service is a service of the composition.
type service struct {
	Image       string
	Build       any
	User        string
	Command     []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	CapAdd      []string `yaml:"cap_add"`
	SecurityOpt []string `yaml:"security_opt"`
	Privileged  bool
	Ports       []string
	Secrets     []string
	Environment map[string]string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct{ Test []string }
}

// composition is compose.yaml.
type composition struct {
	Services map[string]service
	Secrets  map[string]struct{ File string }
}

func compose(t *testing.T) (c composition) {
	t.Helper()
	readYAML(t, "compose.yaml", &c)
	return c
}

// unit are the settings of the systemd unit by name, each as often as it is set.
func unit(t *testing.T) map[string][]string {
	t.Helper()
	set := map[string][]string{}
	for line := range strings.Lines(read(t, "packaging/daypass.service")) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			set[name] = append(set[name], value)
		}
	}
	return set
}

// The image's toolchain is the module's: no older, and of the same language.
func TestImageHasTheModulesGo(t *testing.T) {
	image := regexp.MustCompile(`golang:(\d+\.\d+)\.(\d+)-`).FindStringSubmatch(one(t, dockerfile(t), "base", "FROM"))
	module := regexp.MustCompile(`(?m)^go (\d+\.\d+)\.(\d+)$`).FindStringSubmatch(read(t, "go.mod"))
	if image == nil || module == nil {
		t.Fatalf("no version in the image's %q or in the module's %q", image, module)
	}
	if image[1] != module[1] || len(image[2]) < len(module[2]) || (len(image[2]) == len(module[2]) && image[2] < module[2]) {
		t.Errorf("the image is built with Go %s.%s, the module wants %s.%s", image[1], image[2], module[1], module[2])
	}
}

// The image's context has all that the program is made of.
func TestContextHasEveryPackage(t *testing.T) {
	kept := read(t, ".dockerignore")
	list := exec.Command("go", "list", "-deps", "-f", "{{if .Module}}{{if .Module.Main}}{{.ImportPath}}{{end}}{{end}}", "./cmd/daypass")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(out)) {
		folder, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(path), "github.com/daypass/daypass/"), "/")
		if !strings.Contains(kept, "\n!"+folder+"\n") {
			t.Errorf(".dockerignore leaves %s out of the image's context: add !%s", folder, folder)
		}
	}
}

// Nothing is taken from elsewhere without saying which version.
func TestImagesArePinned(t *testing.T) {
	all := dockerfile(t)
	ours := []string{"scratch", "${BINARY}"}
	for _, i := range all {
		ours = append(ours, i.stage)
	}
	taken := []string{}
	for _, i := range all {
		if i.name == "FROM" {
			image, _, _ := strings.Cut(regexp.MustCompile(`^--platform=\S+ `).ReplaceAllString(i.rest, ""), " ")
			taken = append(taken, image)
		}
		if from := regexp.MustCompile(`--from=(\S+)`).FindStringSubmatch(i.rest); from != nil {
			taken = append(taken, from[1])
		}
	}
	for name, s := range compose(t).Services {
		if s.Build == nil {
			taken = append(taken, s.Image)
		} else if s.Image != "daypass" {
			t.Errorf("%s is built here and named %s", name, s.Image)
		}
	}
	for _, image := range taken {
		if !slices.Contains(ours, image) && !regexp.MustCompile(`:\d+\.\d+`).MatchString(image) {
			t.Errorf("%s is not pinned to a version", image)
		}
	}
}

// Nobody is root, and nobody can become it.
func TestNobodyIsRoot(t *testing.T) {
	user := regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`) // in numbers, so that an orchestrator can see it
	if u := one(t, dockerfile(t), "", "USER"); !user.MatchString(u) {
		t.Errorf("the image runs as %s", u)
	} else if data := "--chown=" + u + " --chmod=0700 /empty " + one(t, dockerfile(t), "", "VOLUME"); !strings.Contains(strings.Join(said(dockerfile(t), "", "COPY"), "\n"), data) {
		t.Errorf("the volume is not the account's own: no copy says %s", data)
	}
	for name, s := range compose(t).Services {
		if s.Build == nil && !user.MatchString(s.User) || s.User != "" && !user.MatchString(s.User) {
			t.Errorf("%s runs as %q", name, s.User)
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.CapAdd != nil || s.Privileged || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s is not hardened: %+v", name, s)
		}
	}
	for setting, want := range map[string]string{"User": "daypass", "CapabilityBoundingSet": "", "NoNewPrivileges": "yes", "ProtectSystem": "strict"} {
		if got := unit(t)[setting]; !slices.Equal(got, []string{want}) {
			t.Errorf("the unit has %s=%q, want %q", setting, got, want)
		}
	}
	if sysusers := read(t, "packaging/daypass.sysusers"); !strings.HasPrefix(sysusers, "u daypass ") {
		t.Errorf("the unit's account is not made: %s", sysusers)
	}
}

// The image, the composition and the health check mean one port.
func TestPortsAgree(t *testing.T) {
	all := dockerfile(t)
	port := one(t, all, "", "EXPOSE")
	if listen := words(t, one(t, all, "", "CMD")); !slices.Contains(listen, "0.0.0.0:"+port) {
		t.Errorf("the image exposes %s and runs %q", port, listen)
	}
	if !strings.Contains(help(t, "health"), ":"+port+")") {
		t.Errorf("daypass health does not ask at port %s by default", port)
	}
	published := map[string]string{}
	for name, s := range compose(t).Services {
		for _, p := range s.Ports {
			parts := strings.Split(p, ":")
			if len(parts) != 3 || parts[0] != "127.0.0.1" || parts[2] != port {
				t.Errorf("%s publishes %s, want port %s on the loopback address", name, p, port)
			} else if other := published[parts[1]]; other != "" {
				t.Errorf("%s and %s both publish %s", other, name, parts[1])
			}
			published[strings.Split(p, ":")[1]] = name
		}
	}
	if len(published) < 2 {
		t.Errorf("%d servers are published, want two", len(published))
	}
}

// Secrets are files that the services name, and stand nowhere else.
func TestSecretsAreFiles(t *testing.T) {
	c := compose(t)
	ignored := read(t, ".gitignore")
	used := map[string]bool{}
	for name, s := range c.Services {
		for variable, value := range s.Environment {
			if strings.Contains(strings.ToLower(variable), "password") && !strings.HasPrefix(value, "/run/secrets/") {
				t.Errorf("%s has a password in %s", name, variable)
			}
			if secret, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, secret) {
				t.Errorf("%s reads the secret %s and does not get it", name, secret)
			}
		}
		for _, secret := range s.Secrets {
			used[secret] = true
			file := c.Secrets[secret].File
			if file != "./secrets/"+secret || !strings.Contains(ignored, "\n/secrets/\n") {
				t.Errorf("%s of %s lies in %q, want it under secrets, which git ignores", secret, name, file)
			}
		}
	}
	for secret := range c.Secrets {
		if !used[secret] {
			t.Errorf("nobody uses the secret %s", secret)
		}
	}
	for _, secret := range c.Services["server-1"].Secrets {
		if !slices.Contains(unit(t)["LoadCredential"], secret) {
			t.Errorf("the unit does not load %s", secret)
		}
	}
}

// The servers wait for a database that is ready, and the database has a way to say so.
func TestServersWaitForTheDatabase(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if s.Build != nil && s.DependsOn["database"].Condition != "service_healthy" {
			t.Errorf("%s does not wait for the database", name)
		}
	}
	if test := c.Services["database"].Healthcheck.Test; len(test) < 2 || test[1] != "pg_isready" {
		t.Errorf("the database's health is asked by %q", test)
	}
}
