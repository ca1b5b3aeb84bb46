#!/bin/sh
# Makes the pictures of the README from the real program at a real terminal: `make pictures`. Needs tmux, asciinema 2 and,
# from npm, svg-term-cli 2.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tap=$(cd "$here/../.." && pwd)/bin/tap-jira
work=$(mktemp -d)
terminal="tmux -L pictures-$$"

"$tap" demo --serve "$work" 2>/dev/null &
site=$!
trap '$terminal kill-server 2>/dev/null || true; kill $site; rm -rf "$work"' EXIT
until [ -s "$work/ledger.json" ] && [ -s "$work/config.json" ]; do sleep 0.1; done

# press types keys, at a pace at which each is drawn by itself.
press() {
	for key in "$@"; do
		$terminal send-keys "$key"
		sleep 0.3
	done
}

# shown waits until a text stands on the screen.
shown() {
	$terminal has-session # the program may have ended with an error
	until $terminal capture-pane -p | grep -qF -- "$1"; do sleep 0.1; done
}

cd "$work"
$terminal new-session -d -x 88 -y 18 "TERM=xterm-256color asciinema rec -q -c '$tap select --config config.json' picker.cast"
shown 'type to search'
press i s s u e s Right
shown '[=]   id'
press s t o r y
shown 'Story Points'
press Space Left C-u
shown 'server_info'
press i s s u e Down Down Down
shown ' columns · a request'
sleep 1
press C-c

# The picture is the screen just before ctrl-c; the lines before the list are left out.
python3 - "$work/picker.cast" "$work/cut.cast" <<'PYTHON'
import json, sys
head, *events = [json.loads(line) for line in open(sys.argv[1])]
first = next(i for i, e in enumerate(events) if "\x1b[?1049h" in e[2])
last = next(i for i, e in enumerate(events) if "\x1b[?1049l" in e[2])
with open(sys.argv[2], "w") as out:
    for line in [{"version": 2, "width": head["width"], "height": head["height"]}, *events[first:last]]:
        out.write(json.dumps(line) + "\n")
    out.write(json.dumps([events[last - 1][0] + 1, "o", ""]) + "\n")
PYTHON
at=$(python3 -c 'import json,sys; print(int(1000 * (json.loads(open(sys.argv[1]).readlines()[-1])[0])))' cut.cast)
svg-term --in cut.cast --out "$here/picker.svg" --window --at "$at"

# The progress of a sync, held back so that there is something to see: the last screen that shows two bars.
sed '1,/{/s/{/{"requests_per_second": 5,/' config.json >slow.json
chmod 600 slow.json
$terminal new-session -d -x 88 -y 6 "TERM=xterm-256color asciinema rec -q -c '$tap sync --config slow.json >all.jsonl' sync.cast"
while $terminal has-session 2>/dev/null; do sleep 0.5; done
at=$(python3 - sync.cast <<'PYTHON'
import json, sys
_, *events = [json.loads(line) for line in open(sys.argv[1])]
print(int(1000 * max(e[0] for e in events if e[2].count("[=") == 1 and e[2].count("/") > 3)) + 50)
PYTHON
)
svg-term --in sync.cast --out "$here/progress.svg" --window --at "$at"
