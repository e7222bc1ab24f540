// Checks Kubernetes objects: types, required fields, and fields that the API does not know.
//   node validate.mjs PACKAGE OBJECTS.json     prints a line for each fault; exit code 1 if there is one
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , folder, file] = process.argv;

// The compiled schemas read every field they know: what was never read is unknown.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const children = new Map();
  for (const key of Object.keys(value)) {
    unread.add(`${path}/${key}`);
    children.set(key, watched(value[key], `${path}/${key}`, unread));
  }
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${path}/${String(key)}`);
      return children.has(key) ? children.get(key) : target[key];
    },
  });
}

// Where any name is allowed, or where the schema leaves the value open.
const open = /\/(labels|annotations|matchLabels|selector|data|requests|limits|nodeSelector)\/[^/]+$/;
let faults = 0;
for (const item of JSON.parse(readFileSync(file, "utf8"))) {
  const name = `${item.kind}/${item.metadata?.name}`;
  const group = item.apiVersion.includes("/") ? item.apiVersion : "v1";
  const model = (await import(pathToFileURL(join(folder, group, `${item.kind}.js`))))[item.kind];
  const schema = item.apiVersion.includes("/") ? item.apiVersion.split("/") : ["core", "v1"];
  const title = (text) => text[0].toUpperCase() + text.slice(1);
  const id = `IoK8sApi${title(schema[0].split(".")[0])}${title(schema[1])}${item.kind}`;
  const { validate } = await import(pathToFileURL(join(folder, "_schemas", `${id}.js`)));
  const unread = new Set();
  if (!model || !validate(watched(item, "", unread))) {
    for (const e of validate.errors ?? []) console.log(`${name}${e.instancePath}: ${e.keyword} ${JSON.stringify(e.params)}`), faults++;
  }
  for (const path of unread) {
    if (!open.test(path)) console.log(`${name}${path}: unknown field`), faults++;
  }
}
process.exit(faults === 0 ? 0 : 1);
