package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"tap-jira/internal/config"
	"tap-jira/internal/fault"
	"tap-jira/internal/singer"
)

// catalogName is the catalog's file beside the config, unless --catalog says otherwise.
const catalogName = "catalog.json"

// catalogMode is the mode of a new catalog: it holds names of columns, no secret.
const catalogMode fs.FileMode = 0o644

// catalogFile is the catalog that a selection is written to.
type catalogFile struct {
	name    string
	content []byte          // what was there when the selection began; nil when nothing was
	earlier *singer.Catalog // the same, read
	mode    fs.FileMode
}

// openCatalogFile reads the catalog of --catalog, or the one beside the config, if it is there.
func (a *app) openCatalogFile(cfg *config.Config) (*catalogFile, error) {
	file := &catalogFile{name: a.catalog, mode: catalogMode}
	if file.name == "" {
		file.name = filepath.Join(cfg.Dir, catalogName)
	}
	mode, err := a.fileMode(file.name)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	content, err := a.readNamed("--catalog", file.name)
	if err != nil {
		return nil, err
	}
	file.content, file.mode = content, mode.Perm()
	if len(bytes.TrimSpace(content)) == 0 {
		return file, nil // a file made empty by a shell's redirection
	}
	if file.earlier, err = singer.ParseCatalog(content); err != nil {
		return nil, fmt.Errorf("read catalog %s: %w", file.name, err)
	}
	return file, nil
}

// writeCatalogFile writes the catalog as a whole or not at all, with the permissions that the file had. A file that somebody
// else changed in the meantime is left alone.
func (a *app) writeCatalogFile(file *catalogFile, catalog *singer.Catalog) error {
	var text bytes.Buffer
	if err := catalog.Encode(&text); err != nil {
		return err
	}
	now, err := a.readFile(file.name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Usage, fmt.Errorf("read the catalog again: %w", err), "check the path and its permissions")
	}
	if !bytes.Equal(now, file.content) {
		return fault.New(fault.Usage, "run tap-jira select again", "%s was changed by somebody else meanwhile, so it was not written", file.name)
	}
	target := a.path(file.name)
	if linked, err := filepath.EvalSymlinks(target); err == nil {
		target = linked // a link to the catalog stays a link
	}
	if err := a.replaceFile(target, text.Bytes(), file.mode); err != nil {
		return fault.Wrap(unwritten(err), fmt.Errorf("write the catalog: %w", err), "check the folder of "+file.name+" and its permissions")
	}
	return nil
}
