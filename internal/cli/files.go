package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
	"tap-jira/internal/tap"
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

// readState reads the state that the flags name; nil when they name none. Its streams may carry the prefix of messages.
func (a *app) readState(prefix string) (*singer.State, error) {
	if a.state == "" {
		return nil, nil
	}
	content, err := a.readNamed("--state", a.state)
	if err != nil {
		return nil, err
	}
	state, err := singer.ParseState(content, tap.Canonical(prefix))
	if err != nil {
		return nil, fmt.Errorf("read state %s: %w", a.state, err)
	}
	return state, nil
}

// readNamed reads the file that a flag names.
func (a *app) readNamed(flag, name string) ([]byte, error) {
	content, err := a.readFile(name)
	if err == nil {
		return content, nil
	}
	hint := "check the path and its permissions"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "check the path"
		if flag == "--state" {
			hint = "leave --state out on the first run, or check the path"
		}
	}
	return nil, fault.New(fault.Usage, hint, "read the file of %s: %w", flag, err)
}

// replaceFile writes a file so that a reader, or a run after a crash, finds either the old content or the new.
func (p *Process) replaceFile(name string, content []byte, mode fs.FileMode) (err error) {
	name = p.path(name)
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), name)
}
