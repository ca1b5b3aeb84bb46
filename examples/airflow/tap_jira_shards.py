"""Reads a first load in pieces, one mapped task each, and unites their states for the DAG tap_jira to go on from.

The folder TAP_JIRA_HOME holds config.json and target.json. Start it by hand, once, with tap_jira paused; how many pieces pay is
said in examples/sharding.md.
"""

import json
import os
import subprocess
from datetime import timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import Param, dag, get_current_context, task

HOME = os.environ.get("TAP_JIRA_HOME", "/etc/tap-jira")

# The same the next time, so it is not tried again: a wrong config, a refused login.
HOPELESS = {2, 4}


def tap_jira(*arguments):
    """Run the tap in the folder of the config and return what it printed."""
    done = subprocess.run(["tap-jira", *arguments], cwd=HOME, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode in HOPELESS:
        raise AirflowFailException(f"tap-jira ended with exit code {done.returncode}: see the log above")
    if done.returncode != 0:
        raise AirflowException(f"tap-jira ended with exit code {done.returncode}: see the log above")
    return done.stdout


def state_of(number):
    return f"shard-{number}.state.json"


@dag(dag_id="tap_jira_shards", schedule=None, catchup=False, max_active_runs=1, params={"shards": Param(4, type="integer", minimum=1)})
def tap_jira_shards():
    @task
    def plan():
        shards = str(get_current_context()["params"]["shards"])
        return tap_jira("plan", "--config", "config.json", "--shards", shards).splitlines()

    # A piece that failed goes on from the state that its target has stored.
    @task(retries=3, retry_delay=timedelta(minutes=1))
    def load(line):
        number = json.loads(line)["shard"]
        with open(os.path.join(HOME, f"shard-{number}.jsonl"), "w") as file:
            file.write(line)
        target = "target-postgres --config target.json"
        tap_jira(
            "run", "--config", "config.json", "--shard", f"shard-{number}.jsonl", "--state", state_of(number),
            "--log-dir", f"shard-{number}.runs", "--target", target,
        )

    @task
    def merge(lines):
        states = [state_of(json.loads(line)["shard"]) for line in lines]
        tap_jira("state", "merge", *states, "--state", "state.json")

    lines = plan()
    load.expand(line=lines) >> merge(lines)


tap_jira_shards()
