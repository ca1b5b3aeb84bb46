package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"tap-jira/internal/fault"
)

const (
	// storeVersion of the file's form; a newer one is refused rather than overwritten.
	storeVersion = 1
	// lockRetry is how often a lock that another process holds is tried again.
	lockRetry = 50 * time.Millisecond
)

// Store is the credentials file: JSON that only its owner may read (0600),
// replaced as a whole, so that a crash leaves the old content or the new one.
// Writers exclude each other by a lock on a file beside it, "<name>.lock".
// Safe for concurrent use, also by several processes. A nil Store keeps nothing,
// so that tokens last as long as the process.
type Store struct{ path string }

// OpenStore names the file. It need not exist; nothing is read or made yet.
func OpenStore(path string) *Store { return &Store{path: path} }

// storeFile is the file's content.
type storeFile struct {
	Version     int          `json:"version"`
	Credentials []credential `json:"credentials"`
}

// credential is what is kept for one kind of credentials at one site.
type credential struct {
	Kind       string            `json:"kind"`
	Site       string            `json:"site"`
	ConfigHash string            `json:"config_hash"`
	Values     map[string]string `json:"values"`
}

// Load returns what was saved for kind and site out of the config secret with
// this hash. It returns nil without an error when nothing was, or when what is
// there came from another secret: the config wins then.
func (s *Store) Load(kind, site, secretHash string) (map[string]string, error) {
	if s == nil {
		return nil, nil
	}
	file, err := s.read()
	if err != nil {
		return nil, err
	}
	return file.find(kind, site, secretHash), nil
}

// Save replaces what is kept for kind and site, on disk when it returns.
func (s *Store) Save(ctx context.Context, kind, site, secretHash string, values map[string]string) error {
	return s.Update(ctx, kind, site, secretHash, func(map[string]string) (map[string]string, error) { return values, nil })
}

// Update calls change with what Load would return and saves what change
// returns, unless that is nil, under the lock all the time: of several
// processes that want to renew a token, one does and the others see its work.
// That the folder can be written is made sure of before change is called. ctx
// ends the wait for the lock.
func (s *Store) Update(ctx context.Context, kind, site, secretHash string, change func(map[string]string) (map[string]string, error)) (err error) {
	if s == nil {
		_, err = change(nil)
		return err
	}
	lock := flock.New(s.path+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		return s.fault("lock", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	file, err := s.read()
	if err != nil {
		return err
	}
	next, err := newReplacement(s.path)
	if err != nil {
		return s.fault("write", err)
	}
	defer next.discard()
	values, err := change(file.find(kind, site, secretHash))
	if err != nil || values == nil {
		return err
	}
	file.put(credential{Kind: kind, Site: site, ConfigHash: secretHash, Values: maps.Clone(values)})
	if err := next.commit(file); err != nil {
		return s.fault("write", err)
	}
	return nil
}

// readBounded reads a file, of one that has no end (/dev/zero) no more than any store has.
func readBounded(name string) ([]byte, error) {
	const maxStoreBytes = 16 << 20
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxStoreBytes))
	return text, errors.Join(err, file.Close())
}

// read returns an empty file when there is none.
func (s *Store) read() (storeFile, error) {
	file := storeFile{Version: storeVersion}
	text, err := readBounded(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	if err != nil {
		return file, s.fault("read", err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		// The parser's text is left out: it may quote a secret.
		return file, fault.New(fault.Usage, "delete it and log in again: tap-jira auth login", "the credentials file %s is not JSON of ours", s.path)
	}
	if file.Version != storeVersion {
		return file, fault.New(fault.Usage, "use that tap-jira, or delete the file and log in again",
			"the credentials file %s was written by another tap-jira (version %d, this one reads %d)", s.path, file.Version, storeVersion)
	}
	return file, nil
}

// fault explains an error of the file system.
func (s *Store) fault(verb string, err error) error {
	return fault.New(fault.Usage, "set credentials_file to a file in a folder that this user may write", "%s the credentials file %s: %w", verb, s.path, err)
}

// find looks up what was kept for a login that came from the same secret of the config.
func (f *storeFile) find(kind, site, secretHash string) map[string]string {
	for _, c := range f.Credentials {
		if c.Kind == kind && c.Site == site && c.ConfigHash == secretHash {
			return c.Values
		}
	}
	return nil
}

// put replaces the entry of the same kind and site, whatever its hash, and keeps the order.
func (f *storeFile) put(c credential) {
	same := func(o credential) bool { return o.Kind == c.Kind && o.Site == c.Site }
	f.Credentials = append(slices.DeleteFunc(f.Credentials, same), c)
	slices.SortFunc(f.Credentials, func(a, b credential) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Site, b.Site))
	})
}

// SecretHash ties saved credentials to the config secrets they came from.
// Lists that differ in any part have different hashes; the secrets, which are
// long and random, cannot be had from it.
func SecretHash(secrets ...string) string {
	h := sha256.New()
	for _, s := range secrets {
		_ = binary.Write(h, binary.BigEndian, uint64(len(s))) // a hash takes every byte
		_, _ = fmt.Fprint(h, s)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
