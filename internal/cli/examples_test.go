package cli_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"tap-jira/internal/config"
)

// example reads a file of the examples.
func example(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../examples", name))
	require.NoError(t, err)
	return string(content)
}

// TestCronRecipe runs the script that cron runs, beside the config of a simulated site and with a target in place of a real one.
func TestCronRecipe(t *testing.T) {
	t.Parallel()
	const session = `[!unix] skip 'a shell'
[!exec:flock] skip 'flock of util-linux'
site cloud
chmod 755 bin/tap-jira
chmod 755 bin/target-postgres
env PATH=$WORK/bin${:}$PATH

# When all goes well, there is nothing to mail.
exec sh tap-jira-cron .
! stdout .
! stderr .
exists state.json last.log
grep 'summary' last.log

# A run that is still at work: the next one leaves it alone.
exec flock tap-jira-cron.lock sh tap-jira-cron .
! stdout .

# A failure is mailed, with what to do as its last line, and the exit code is the tap's.
exec cp wrong.json config.json
! exec sh tap-jira-cron .
stdout '^tap-jira ended with exit code 2:$'
stdout '^CRITICAL .*base_url'
! exec sh tap-jira-cron nowhere

-- wrong.json --
{"base_url": "http://jira.acme.com", "username": "me", "password": "env:NOTHING"}
`
	files := "-- tap-jira-cron --\n" + example(t, "cron/tap-jira-cron") +
		"-- bin/tap-jira --\n#!/bin/sh\nexec tap-jira-process \"$@\"\n-- bin/target-postgres --\n" + readmeTarget
	name := filepath.Join(t.TempDir(), "cron.txtar")
	require.NoError(t, os.WriteFile(name, []byte(session+files), 0o600))
	params := scriptParams()
	params.Dir, params.Files = "", []string{name}
	testscript.Run(t, params)
}

// TestCrontab checks the table: each line has five times, a user and the script.
func TestCrontab(t *testing.T) {
	t.Parallel()
	table := example(t, "cron/tap-jira.cron")
	require.Regexp(t, `(?m)^MAILTO=\S+@\S+$`, table)
	require.Regexp(t, `(?m)^[0-9*/,]+ \S+ \S+ \S+ \S+  etl  tap-jira-cron /etc/tap-jira$`, table)
	require.True(t, strings.HasSuffix(table, "\n"), "cron does not read a last line without an end")
}

// TestSystemdUnits has systemd read the units, with programs that are on this machine in place of those that they name.
func TestSystemdUnits(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not there")
	}
	program, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	var units []string
	for _, name := range []string{"tap-jira.service", "tap-jira.timer", "tap-jira-failed.service"} {
		unit := strings.ReplaceAll(example(t, "systemd/"+name), "/usr/local/bin/tap-jira", program)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(unit), 0o600))
		units = append(units, filepath.Join(dir, name))
	}
	verify := exec.CommandContext(t.Context(), "systemd-analyze", append([]string{"verify", "--man=no"}, units...)...)
	told, err := verify.CombinedOutput()
	require.NoError(t, err, string(told))
	for line := range strings.SplitSeq(string(told), "\n") {
		require.NotContains(t, line, dir, "what systemd says of our units, though it takes them")
		require.NotContains(t, line, "tap-jira")
	}
}

// TestRecipesRun runs the command line of each recipe against a simulated site, with a target in place of a real one and
// the recipe's folders made one.
func TestRecipesRun(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	script.WriteString("[!unix] skip 'a shell'\nsite cloud\nchmod 755 bin/target-postgres\nenv PATH=$WORK/bin${:}$PATH\n" +
		"env TAP_JIRA_BASE_URL=$SITE TAP_JIRA_USERNAME=demo@example.com TAP_JIRA_PASSWORD=demo-token TAP_JIRA_CA_FILE=ca.pem\n")
	for _, args := range recipeArgs(t) {
		line := "exec tap-jira-process"
		for _, arg := range args {
			arg = regexp.MustCompile(`/etc/tap-jira(-secret)?/|/var/lib/tap-jira/|job/`).ReplaceAllString(arg, "")
			line += " '" + arg + "'"
		}
		script.WriteString(line + "\nstderr 'run ended .*exit=0'\nexists state.json runs\nrm state.json runs\n")
	}
	name := filepath.Join(t.TempDir(), "recipes.txtar")
	files := "-- bin/target-postgres --\n" + readmeTarget
	require.NoError(t, os.WriteFile(name, []byte(script.String()+files), 0o600))
	params := scriptParams()
	params.Dir, params.Files = "", []string{name}
	testscript.Run(t, params)
}

// recipeArgs are the arguments that the recipes give to the tap. (TestCronRecipe runs cron's.)
func recipeArgs(t *testing.T) [][]string {
	t.Helper()
	var recipes [][]string
	for name, line := range map[string]string{
		"systemd/tap-jira.service":    `(?m)^ExecStart=/usr/local/bin/tap-jira (run .*)$`,
		"github-actions/tap-jira.yml": `(?m)bin/tap-jira (run .*)$`,
		"airflow/tap_jira.py":         `(?m)command = \["tap-jira", (.*)\]$`,
	} {
		found := regexp.MustCompile(line).FindStringSubmatch(example(t, name))
		require.NotNil(t, found, name)
		args := regexp.MustCompile(`"[^"]*"|'[^']*'|[^\s,]+`).FindAllString(found[1], -1)
		for i, arg := range args {
			args[i] = strings.Trim(arg, `"'`)
		}
		recipes = append(recipes, args)
	}
	return append(recipes, kubernetesArgs(t))
}

// manifest is a document of the Kubernetes recipe, as far as it concerns the tap. Its whole is checked in examples.
type manifest struct {
	Kind string            `yaml:"kind"`
	Data map[string]string `yaml:"data"`
	Spec struct {
		JobTemplate struct {
			Spec struct {
				Template struct {
					Spec struct {
						Containers []struct {
							Args []string `yaml:"args"`
						} `yaml:"containers"`
					} `yaml:"spec"`
				} `yaml:"template"`
			} `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

// readManifest reads the document of the kind.
func readManifest(t *testing.T, kind string) manifest {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(example(t, "kubernetes/tap-jira.yaml")))
	for {
		var m manifest
		require.NoError(t, decoder.Decode(&m), "no document of the kind %s", kind)
		if m.Kind == kind {
			return m
		}
	}
}

// kubernetesArgs are the arguments of the container.
func kubernetesArgs(t *testing.T) []string {
	t.Helper()
	containers := readManifest(t, "CronJob").Spec.JobTemplate.Spec.Template.Spec.Containers
	require.Len(t, containers, 1)
	return containers[0].Args
}

// TestKubernetesConfig loads the config that stands in the recipe.
func TestKubernetesConfig(t *testing.T) {
	t.Parallel()
	content := readManifest(t, "ConfigMap").Data["config.json"]
	loaded, warnings, err := config.Load(context.Background(), config.Source{
		Files:    []string{"config.json"},
		ReadFile: func(string) ([]byte, error) { return []byte(content), nil },
		Getenv:   func(name string) (string, bool) { return "token", name == "JIRA_API_TOKEN" },
	})
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, "https://acme.atlassian.net", fmt.Sprint(loaded.BaseURL))
}
