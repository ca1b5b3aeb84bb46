package auth

import "sync"

// inUse are the tokens that requests are signed with at this moment, and those
// that the site took no more: requests run at once, so an answer to an old
// token may come when a new one is long in use. Safe for concurrent use; the
// zero value holds no tokens.
type inUse[T interface{ access() string }] struct {
	mu      sync.Mutex
	tokens  T
	refused map[string]bool // access tokens, each as it was sent
}

// get returns what is in use; what access tells of it is empty before the first login.
func (u *inUse[T]) get() T {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.tokens
}

// set puts tokens in place for the requests that come.
func (u *inUse[T]) set(tokens T) { u.change(func(t *T) { *t = tokens }) }

// change alters what is in use; nobody sees it half done.
func (u *inUse[T]) change(alter func(*T)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	alter(&u.tokens)
}

// refuse notes that the site did not take an access token.
func (u *inUse[T]) refuse(access string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.refused == nil {
		u.refused = map[string]bool{}
	}
	u.refused[access] = true
}

// replaced tells whether the access token in use is a newer one than any that was refused.
func (u *inUse[T]) replaced() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.refused) > 0 && !u.refused[u.tokens.access()]
}
