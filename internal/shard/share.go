package shard

import "tap-jira/internal/fault"

// ShareRequests returns each piece's share of a limit on requests a second; 0 is
// none. The pieces know nothing of each other, and each may send one request in
// any second: fewer than the pieces cannot be shared. Errors are of kind fault.Usage.
func ShareRequests(requestsPerSecond float64, pieces int) (float64, error) {
	if requestsPerSecond > 0 && requestsPerSecond < float64(pieces) && pieces > 1 {
		return 0, fault.New(fault.Usage, "make at most as many shards, which at that limit are no faster than one process anyway",
			"requests_per_second is %g, which %d shards together would exceed in single seconds", requestsPerSecond, pieces)
	}
	return requestsPerSecond / float64(pieces), nil
}
