package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"

	"tap-jira/internal/cli"
	"tap-jira/internal/jirasim"
)

// runProfiles measures where the tap spends its time, for the compiler (`make pgo`): on a site of either dialect, with
// and without compression, a file each.
func runProfiles(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("profiles", flag.ContinueOnError)
	issues := flags.Int("issues", 10_000, "issues of each site")
	rounds := flags.Int("rounds", 12, "how often the tap reads each site in each setting")
	out := flags.String("out", "", "folder for the profiles, which is made")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	for _, deployment := range []jirasim.Deployment{jirasim.Cloud, jirasim.DataCenter} {
		if err := profileSite(ctx, deployment.String(), *issues, *rounds, *out); err != nil {
			return fmt.Errorf("profile the tap on %s: %w", deployment, err)
		}
	}
	return nil
}

// profileSite writes the profiles of the tap on one dialect.
func profileSite(ctx context.Context, deployment string, issues, rounds int, out string) (err error) {
	dir, err := os.MkdirTemp("", "tap-jira-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	site, err := startSite(ctx, "-dir", dir, "-issues", strconv.Itoa(issues), "-deployment", deployment)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.close()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	const concurrency = 8
	b := &bench{site: site, dir: dir, concurrency: concurrency} // without streams: the standard set
	tap, err := b.tapProgram()
	if err != nil {
		return err
	}
	for _, plain := range []bool{true, false} {
		if _, err := site.tell(order{Set: true, Plain: plain}); err != nil {
			return err
		}
		file := filepath.Join(out, fmt.Sprintf("%s-plain-%t.pprof", deployment, plain))
		command := exec.CommandContext(ctx, self, append([]string{"profile", file, strconv.Itoa(rounds)}, tap.args...)...)
		command.Stderr = os.Stderr
		if err := command.Run(); err != nil {
			return err
		}
	}
	return nil
}

// runProfile is a process that is the tap several times in a row and writes where that took its time.
func runProfile(args []string) (err error) {
	const own = 2 // arguments before the tap's
	if len(args) < own {
		return errors.New("profile takes a file, how many rounds, and the arguments of the tap")
	}
	rounds, err := strconv.Atoi(args[1])
	if err != nil {
		return fmt.Errorf("read how many rounds: %w", err)
	}
	file, err := os.Create(args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	process := cli.OS()
	process.Args, process.Stdout = args[own:], io.Discard
	for range rounds {
		if code := cli.Main(process); code != 0 {
			return fmt.Errorf("the tap ended with %d", code)
		}
	}
	return nil
}
