"""Load a Jira site into Parquet tables, with one Spark task for each shard of a plan.

    tap-jira plan --config config.json --shards 16 > plan.jsonl
    spark-submit load.py --config config.json --plan plan.jsonl --output /warehouse/jira --state state.json

Every executor needs the tap-jira binary and the config at the same paths. Each task runs `tap-jira sync --shard -`
with its line of the plan. A task that fails is run again by Spark, and what it had written is thrown away with it,
because Spark commits the files of whole tasks only. When all tasks are done, the tables are written, one a stream
with the types of its SCHEMA, and only then the states of the shards are united into the one that ordinary runs of
tap-jira go on from.
"""

import argparse
import json
import os
import subprocess
import tempfile

from pyspark.sql import SparkSession, functions, types

# What a task hands over besides records, in the column `kind`.
SCHEMA, RECORD, STATE = "SCHEMA", "RECORD", "STATE"

STAGING = types.StructType(
    [
        types.StructField("kind", types.StringType(), False),
        types.StructField("stream", types.StringType(), False),
        types.StructField("shard", types.IntegerType(), False),
        types.StructField("line", types.StringType(), False),
    ]
)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", required=True, help="config of tap-jira, readable on every executor")
    parser.add_argument("--plan", required=True, help="what tap-jira plan --shards N printed")
    parser.add_argument(
        "--output",
        required=True,
        help="folder of the tables, one a stream; what is there is replaced. The messages as the tap printed them stay beside it, in OUTPUT.messages",
    )
    parser.add_argument("--state", required=True, help="file to write the united state to")
    parser.add_argument("--tap", default="tap-jira", help="the binary, on every executor")
    parser.add_argument("--select", action="append", default=[], help="as for tap-jira sync; may be repeated")
    return parser.parse_args()


def messages(tap, line):
    """Run the tap on one shard and give its messages. A shard that is not whole fails the task."""
    number = json.loads(line)["shard"]
    with subprocess.Popen(tap, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(line.encode())
        process.stdin.close()
        state = None
        for message in process.stdout:
            message = message.decode()
            kind = message_type(message)
            if kind == RECORD:
                yield RECORD, stream_of(message), number, message
            elif kind == SCHEMA:
                yield SCHEMA, json.loads(message)["stream"], number, message
            elif kind == STATE:
                state = message
        code = process.wait()
    if code != 0:
        raise RuntimeError(f"shard {number}: tap-jira ended with exit code {code}; its log says why")
    yield STATE, "state", number, json.dumps(json.loads(state)["value"])


def message_type(message):
    """The type of a message, without parsing long records: it stands first."""
    return message[len('{"type":"') :].split('"', 1)[0]


def stream_of(record):
    """The stream of a RECORD, which stands second."""
    return json.loads(record[len('{"type":"RECORD","stream":') :].split(",", 1)[0])


def spark_type(schema):
    """The Spark type of a JSON Schema of tap-jira. What is open is kept as JSON text."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    kind = next((k for k in kinds if k != "null"), "string")
    if kind == "object" and schema.get("properties"):
        return types.StructType(
            [types.StructField(name, spark_type(member)) for name, member in schema["properties"].items()]
        )
    if kind == "array" and "items" in schema:
        return types.ArrayType(spark_type(schema["items"]))
    if kind == "string" and schema.get("format") == "date-time":
        return types.TimestampType()
    simple = {"integer": types.LongType(), "number": types.DoubleType(), "boolean": types.BooleanType()}
    return simple.get(kind, types.StringType())


def plan_of(args):
    """The lines of the plan, one a shard."""
    with open(args.plan) as plan:
        return [line for line in plan.read().splitlines() if line.strip()]


def stage(spark, args, lines, folder):
    """Run the shards, and keep their messages by stream."""
    tap = [args.tap, "sync", "--config", args.config, "--shard", "-"]
    for pattern in args.select:
        tap += ["--select", pattern]
    shards = spark.sparkContext.parallelize(lines, len(lines)).flatMap(lambda line: messages(tap, line))
    spark.createDataFrame(shards, STAGING).write.mode("overwrite").partitionBy("kind", "stream").parquet(folder)


def write_table(spark, staged, message, output):
    """Write the table of one stream. A user whom Jira does not list may come from several shards; the key tells."""
    schema = spark_type(message["schema"])
    records = staged.where((staged.kind == RECORD) & (staged.stream == message["stream"]))
    whole = types.StructType([types.StructField("record", schema)])
    rows = records.select(functions.from_json("line", whole, {"mode": "FAILFAST"}).alias("message")).select("message.record.*")
    rows.dropDuplicates(message["key_properties"]).write.mode("overwrite").parquet(os.path.join(output, message["stream"]))


def unite(args, states):
    """Unite the states of all shards; nothing stands in the file before the tables do."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for row in states:
            files.append(os.path.join(folder, f"state-{row.shard}.json"))
            with open(files[-1], "w") as file:
                file.write(row.line)
        united = subprocess.run([args.tap, "state", "merge", *files], check=True, stdout=subprocess.PIPE).stdout
    with open(args.state + ".new", "wb") as file:
        file.write(united)
    os.replace(args.state + ".new", args.state)


def main():
    args = arguments()
    lines = plan_of(args)
    spark = (
        SparkSession.builder.appName("tap-jira")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.caseSensitive", "true")
        .config("spark.sql.shuffle.partitions", len(lines))
        .getOrCreate()
    )
    staging = args.output.rstrip("/") + ".messages"
    stage(spark, args, lines, staging)
    staged = spark.read.schema(STAGING).parquet(staging)
    streams = {}
    for row in staged.where(staged.kind == SCHEMA).collect():
        streams[row.stream] = json.loads(row.line)
    for message in streams.values():
        write_table(spark, staged, message, args.output)
    unite(args, staged.where(staged.kind == STATE).collect())
    spark.stop()


if __name__ == "__main__":
    main()
