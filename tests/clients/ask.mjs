// Asks Comunica every query it is given on standard input as [{name, query}] and prints {name: number of results}.
import { QueryEngine } from "@comunica/query-sparql";
import { readFileSync } from "node:fs";

const endpoint = process.argv[2];
const engine = new QueryEngine();
const counts = {};
for (const { name, query } of JSON.parse(readFileSync(0, "utf8"))) {
  const context = { sources: [{ type: "sparql", value: endpoint }] };
  const result = await engine.query(query, context);
  const stream = result.resultType === "quads" || result.resultType === "bindings" ? await result.execute() : null;
  counts[name] = stream ? (await stream.toArray()).length : Number(await result.execute());
}
console.log(JSON.stringify(counts));
