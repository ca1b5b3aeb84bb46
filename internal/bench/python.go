package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// singerIO is what is compared: the tap of singer-io as PyPI has it.
const singerIO = "tap-jira==2.6.0"

// pythonProgram makes singer-io's tap ready for the site, in a virtual
// environment of its own. Its library for HTTP trusts only what certifi holds,
// so the site's authority is added there.
func (b *bench) pythonProgram(ctx context.Context, folder string) (program, error) {
	binary := filepath.Join(folder, "bin", "tap-jira")
	if _, err := os.Stat(binary); err != nil {
		if err := command(ctx, "python3", "-m", "venv", folder); err != nil {
			return program{}, err
		}
		if err := command(ctx, filepath.Join(folder, "bin", "pip"), "install", "--quiet", singerIO); err != nil {
			return program{}, err
		}
	}
	if err := b.trustSite(ctx, folder); err != nil {
		return program{}, err
	}
	config := map[string]any{
		"base_url": b.site.URL, "username": b.site.Username, "password": b.site.Password,
		"start_date": "2000-01-01T00:00:00Z", "user_agent": "bench",
	}
	if err := writeJSON(b.file("singer-io.json"), config); err != nil {
		return program{}, err
	}
	if err := b.selectSingerIO(ctx, binary); err != nil {
		return program{}, err
	}
	return program{name: "singer-io", rival: true, path: binary, args: []string{"--config", b.file("singer-io.json"), "--properties", b.file("catalog.json")}}, nil
}

// trustSite puts the site's authority behind those that certifi came with.
func (b *bench) trustSite(ctx context.Context, folder string) error {
	where, err := exec.CommandContext(ctx, filepath.Join(folder, "bin", "python"), "-c", "import certifi; print(certifi.where())").Output()
	if err != nil {
		return fmt.Errorf("find certifi: %w", err)
	}
	bundle := strings.TrimSpace(string(where))
	came := bundle + ".came"
	if _, err := os.Stat(came); err != nil {
		if err := copyFile(came, bundle); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(came)
	if err != nil {
		return err
	}
	ours, err := os.ReadFile(b.site.CAFile)
	if err != nil {
		return err
	}
	return os.WriteFile(bundle, slices.Concat(content, []byte("\n"), ours), 0o644)
}

// copyFile copies a small file.
func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}

// selectSingerIO discovers, and selects what the bench compares.
func (b *bench) selectSingerIO(ctx context.Context, binary string) error {
	out, err := exec.CommandContext(ctx, binary, "--config", b.file("singer-io.json"), "--discover").Output()
	if err != nil {
		return fmt.Errorf("discover with singer-io's tap: %w", err)
	}
	var catalog struct {
		Streams []map[string]any `json:"streams"`
	}
	if err := json.Unmarshal(out, &catalog); err != nil {
		return fmt.Errorf("read singer-io's catalog: %w", err)
	}
	for _, stream := range catalog.Streams {
		entries, _ := stream["metadata"].([]any)
		for _, entry := range entries {
			at, _ := entry.(map[string]any)
			if metadata, isMap := at["metadata"].(map[string]any); isMap {
				metadata["selected"] = slices.Contains(b.streams, fmt.Sprint(stream["tap_stream_id"]))
			}
		}
	}
	return writeJSON(b.file("catalog.json"), catalog)
}

// command runs a command that is only needed for what it leaves behind.
func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("run %s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
