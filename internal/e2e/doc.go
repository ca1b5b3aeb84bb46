// Package e2e holds the tests that pipe the built binary into real programs: six targets (JSON lines, CSV, SQLite, DuckDB
// and two for PostgreSQL, with a real server), Meltano, singer-check-tap, and singer-io's tap to go on from. They compare
// what arrived with the ledger of the simulated site. They need the network for PyPI (and for Debian's packages, where
// PostgreSQL is missing), so they stand behind the build tag e2e: `make e2e`. What they install, and in which version,
// stands in requirements.txt.
package e2e
