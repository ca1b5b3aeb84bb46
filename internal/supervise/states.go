package supervise

import (
	"bytes"
	"encoding/json"
	"sync"
)

// isState tells whether a line of a target is a state: one whole JSON object.
func isState(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] == '{' && json.Valid(line)
}

// Keeper keeps the newest of the states that a target prints. Saving happens aside, so that a slow disk does not hold
// up the target; of states that come faster than they can be saved only the newest is. It is safe for concurrent use.
type Keeper struct {
	save  func(state []byte) error
	fresh chan struct{} // one: there is a state to save
	done  chan struct{}

	mu     sync.Mutex
	newest []byte
	count  int
	saved  []byte
	err    error // of the last attempt to save
	told   bool
	onFail func(error)
}

// NewKeeper makes a Keeper that hands states to save, which must replace the old state as a whole or leave it as it is.
// A first failure is told to failed at once, because the run may take hours yet; each later state is tried again.
// Close ends the Keeper.
func NewKeeper(save func(state []byte) error, failed func(error)) *Keeper {
	k := &Keeper{save: save, onFail: failed, fresh: make(chan struct{}, 1), done: make(chan struct{})}
	go func() {
		defer close(k.done)
		for range k.fresh {
			k.store()
		}
	}()
	return k
}

// Offer takes the next state, of which it keeps a copy. It does not wait for the disk.
func (k *Keeper) Offer(state []byte) {
	k.mu.Lock()
	k.newest = bytes.Clone(bytes.TrimSpace(state))
	k.count++
	k.mu.Unlock()
	select {
	case k.fresh <- struct{}{}:
	default: // whoever saves takes the newest
	}
}

// store saves the newest state when it is not saved yet.
func (k *Keeper) store() {
	k.mu.Lock()
	state, saved := k.newest, k.saved
	k.mu.Unlock()
	if state == nil || bytes.Equal(state, saved) {
		return
	}
	err := k.save(state)
	k.mu.Lock()
	k.err = err
	if err == nil {
		k.saved = state
	}
	tell := err != nil && !k.told
	k.told = k.told || tell
	k.mu.Unlock()
	if tell {
		k.onFail(err)
	}
}

// Close saves what is not saved yet, and returns how many states came, and the error when the newest could not be kept.
// Offer must not be called any more.
func (k *Keeper) Close() (count int, err error) {
	close(k.fresh)
	<-k.done
	k.store()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.count, k.err
}
