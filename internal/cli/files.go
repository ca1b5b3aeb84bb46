package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// readCatalog reads the catalog that the flags name; nil when they name none.
func (a *app) readCatalog() (*singer.Catalog, error) {
	name, flag := a.catalog, "--catalog"
	if name == "" {
		name, flag = a.properties, "--properties"
	}
	if name == "" {
		return nil, nil
	}
	content, err := a.readNamed(flag, name)
	if err != nil {
		return nil, err
	}
	catalog, err := singer.ParseCatalog(content)
	if err != nil {
		return nil, fmt.Errorf("read catalog %s: %w", name, err)
	}
	return catalog, nil
}

// bindCatalog gives a command --catalog for a catalog with what is said, and without it the one beside the config.
func (a *app) bindCatalog(command *cobra.Command, with string) {
	command.Flags().StringVar(&a.catalog, "catalog", "", "catalog `FILE` with "+with+" (default catalog.json beside the config, where it is)")
	run := command.RunE
	command.RunE = func(command *cobra.Command, args []string) error {
		a.assumeCatalog(command)
		return run(command, args)
	}
}

// assumeCatalog lets a command read what tap-jira select has chosen beside the config, unless a flag says what to read. The
// Singer form does not do so: its runners say which catalog they mean.
func (a *app) assumeCatalog(command *cobra.Command) {
	for _, flag := range []string{"catalog", "properties", "select", "shard"} {
		if command.Flags().Changed(flag) {
			return
		}
	}
	name := filepath.Join(a.configFolder(), catalogName)
	if _, err := a.fileMode(name); err != nil {
		return
	}
	a.catalog = name
	a.logger().Info("the catalog beside the config says what is read; --catalog or --select choose otherwise", "catalog", name)
}

// assumeState lets a command work with the state that tap-jira run keeps beside the config, unless --state names another.
func (a *app) assumeState() {
	name := filepath.Join(a.configFolder(), defaultState)
	if _, err := a.fileMode(name); err == nil && a.state == "" && len(a.configs) > 0 {
		a.state = name
		a.logger().Info("the state beside the config is taken; --state names another", "state", name)
	}
}

// configFlags are the flags that name the config, for a command line to go on with.
func (a *app) configFlags() string {
	var flags strings.Builder
	for _, name := range a.configs {
		flags.WriteString(" --config " + name)
	}
	return flags.String()
}

// readState reads the state that the flags name; nil when they name none. Its streams may carry the prefix of messages.
func (a *app) readState(prefix string) (*singer.State, error) {
	if a.state == "" {
		return nil, nil
	}
	content, err := a.readNamed(stateOfSync, a.state)
	if err != nil {
		return nil, err
	}
	state, err := singer.ParseState(content, stream.Canonical(prefix))
	if err != nil {
		return nil, fmt.Errorf("read state %s: %w", a.state, err)
	}
	return state, nil
}

// stateOfSync is the flag of a state to go on from.
const stateOfSync = "--state"

// readNamed reads the file that a flag names.
func (a *app) readNamed(flag, name string) ([]byte, error) {
	content, err := a.readFile(name)
	if err == nil {
		return content, nil
	}
	hint := "check the path and its permissions"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "check the path"
		if flag == stateOfSync {
			hint = "leave --state out on the first run, or check the path"
		}
	}
	return nil, fault.New(fault.Usage, hint, "read the file of %s: %w", flag, err)
}

// unwritten is the kind of a failure to write a file: a full disk is the machine's fault, and a place that cannot be written to that
// of whoever named it.
func unwritten(err error) fault.Kind {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Internal
	}
	return fault.Usage
}

// replaceFile writes a file so that a reader, or a run after a crash, finds either the old content or the new. A link stays one:
// what it leads to is replaced. What is no file, such as /dev/null or a pipe, is written to as it is and never replaced.
func (p *Process) replaceFile(name string, content []byte, mode fs.FileMode) (err error) {
	name = p.path(name)
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, content, mode)
	}
	temporary, err := writeBeside(name, content, mode)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, name); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

// replaceable finds out, without touching the file, whether it can be replaced by content of so many bytes.
func (p *Process) replaceable(name string, bytes int) error {
	name = p.path(name)
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		return nil
	}
	temporary, err := writeBeside(name, make([]byte, bytes), stateMode)
	if err != nil {
		return err
	}
	return os.Remove(temporary)
}

// writeBeside writes a temporary file into the folder of another and returns its name; after an error there is none.
func writeBeside(name string, content []byte, mode fs.FileMode) (temporary string, err error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
