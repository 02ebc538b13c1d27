// SPDX-License-Identifier: Apache-2.0
// usage: node duckdb.mjs FILE.csv NEW.duckdb
//
// Reads the file into a table of a new database file, with DuckDB's own
// detection of types and its default threads, and prints one JSON object:
// rows, seconds of the statement up to the closed, durable file, version.
import { DuckDBInstance, version } from "@duckdb/node-api";

const [csv, database] = process.argv.slice(2);
if (!database) {
  console.error("usage: node duckdb.mjs FILE.csv NEW.duckdb");
  process.exit(2);
}

const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
const quoted = `'${csv.replaceAll("'", "''")}'`;

const began = process.hrtime.bigint();
await connection.run(`CREATE TABLE penalty AS FROM read_csv(${quoted})`);
await connection.run("CHECKPOINT");
const seconds = Number(process.hrtime.bigint() - began) / 1e9;

const reader = await connection.runAndReadAll("SELECT count(*) FROM penalty");
const rows = Number(reader.getRows()[0][0]);
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ rows, seconds, version: version() }));
