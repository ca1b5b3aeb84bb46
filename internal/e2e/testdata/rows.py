"""Prints every row of a SQLite or DuckDB file as one JSON object a line: {"table": ..., "row": {...}}."""
import json
import sys

kind, name = sys.argv[1:]
if kind == "sqlite":
    import sqlite3
    database = sqlite3.connect(name)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
else:
    import duckdb
    database = duckdb.connect(name, read_only=True)
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'jira'"
prefix = "" if kind == "sqlite" else "jira."
for (table,) in database.execute(tables).fetchall():
    cursor = database.execute(f'SELECT * FROM {prefix}"{table}"')
    columns = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        print(json.dumps({"table": table, "row": dict(zip(columns, row))}, default=str))
