package jirasim

import "math/bits"

// Domains keep the random choices of different facts apart: the same issue asks
// for its type and for its description with different domains, so adding a fact
// never changes another one.
const (
	domCreated uint64 = iota + 1
	domUpdated
	domID
	domProject
	domKeyGap
	domType
	domShape
	domHistory
	domComment
	domWorklog
	domField
	domText
	domUser
	domLink
	domPeople
	domVersion
	domBulk
	domExample
	domCycle
)

// rng is a SplitMix64 sequence: small enough to be made anew for each fact, and
// the same on every machine and Go version, which math/rand does not promise.
type rng struct{ state uint64 }

// next gives the next 64 random bits.
func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// intn gives a number in [0, n); n must be positive.
func (r *rng) intn(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// oneIn is true once in n times.
func (r *rng) oneIn(n int) bool { return r.intn(n) == 0 }

// mix is the finaliser of SplitMix64.
func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// hash gives the random bits of one fact of the site: a domain and two indexes.
func (s *Site) hash(domain uint64, a, b int) uint64 {
	return mix(s.seed ^ mix(domain<<56^uint64(a)*0x9e3779b97f4a7c15^mix(uint64(b)+0x632be59bd9b4e019)))
}

// rng starts a sequence for one fact of the site.
func (s *Site) rng(domain uint64, a, b int) rng { return rng{state: s.hash(domain, a, b)} }

// below turns random bits into a number in [0, n).
func below(h uint64, n int) int {
	hi, _ := bits.Mul64(h, uint64(n))
	return int(hi)
}
