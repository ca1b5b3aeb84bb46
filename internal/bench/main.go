package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// run is the bench, that of a load cut into shards, or one of the processes that it starts of itself.
func run(ctx context.Context, args []string) error {
	switch {
	case len(args) > 0 && args[0] == "site":
		return runSite(args[1:], os.Stdin, os.Stdout)
	case len(args) > 0 && args[0] == "floor":
		return runFloor(args[1:])
	case len(args) > 0 && args[0] == "shards":
		return runShards(ctx, args[1:])
	case len(args) > 0 && args[0] == "profiles":
		return runProfiles(ctx, args[1:])
	case len(args) > 0 && args[0] == "profile":
		return runProfile(args[1:])
	}
	return runBench(ctx, args)
}
