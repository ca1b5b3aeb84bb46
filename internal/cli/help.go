package cli

// rootHelp is the text above the flags of the root command.
const rootHelp = `tap-jira reads everything that a Jira account may see, from Jira Cloud and from self-hosted Server and
Data Center (8.5 on), and prints Singer messages on standard output. Everything for people goes to standard error.

Exit codes:
    0  complete
    1  a fault of ours, or this machine's: a full disk
    2  usage or config
    3  network, or Jira is down
    4  credentials
    5  finished, but something selected failed, is unreadable or incomplete (it is named)
    6  the target of run failed; its own exit code is on standard error
  130, 143  stopped by a signal; what was printed is covered by the last STATE
  141  the target closed the pipe`

// rootExamples are run by the tests of the command line.
const rootExamples = `  # see it work without any Jira
  tap-jira demo

  # find out whether the config is right
  tap-jira check --config config.json

  # choose streams and columns in the catalog, then sync
  tap-jira --config config.json --discover > catalog.json
  tap-jira --config config.json --catalog catalog.json --state state.json | target-jsonl > state.new.json

  # without a catalog: choose by pattern
  tap-jira --config config.json --select issues --select projects`
