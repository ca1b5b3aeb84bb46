"""Reads Jira into the warehouse each half hour, one run at a time.

The folder TAP_JIRA_HOME holds config.json and target.json; the state and the logs are kept beside them.
"""

import os
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import dag, task

HOME = os.environ.get("TAP_JIRA_HOME", "/etc/tap-jira")

# The same the next time, so it is not tried again: a wrong config, a refused login.
HOPELESS = {2, 4}


@dag(
    dag_id="tap_jira",
    schedule="7,37 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
)
def tap_jira():
    @task(retries=2, retry_delay=timedelta(minutes=5))
    def run():
        command = ["tap-jira", "run", "--config", "config.json", "--target", "target-postgres --config target.json"]
        code = subprocess.run(command, cwd=HOME, check=False).returncode
        if code in HOPELESS:
            raise AirflowFailException(f"tap-jira ended with exit code {code}: see the log above")
        if code != 0:
            raise AirflowException(f"tap-jira ended with exit code {code}: see the log above")

    run()


tap_jira()
