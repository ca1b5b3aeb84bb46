// Command tap-jira reads Jira and prints Singer messages.
package main

import (
	"os"

	"tap-jira/internal/cli"
)

func main() {
	os.Exit(cli.Main(cli.OS()))
}
