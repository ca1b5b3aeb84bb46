// Package e2e holds the tests that pipe the built binary into real targets: target-jsonl, and target-postgres with a
// real PostgreSQL server. They compare what arrived with the ledger of the simulated site. They need the network for
// PyPI (and for Debian's packages, where PostgreSQL is missing), so they stand behind the build tag e2e: `make e2e`.
package e2e
