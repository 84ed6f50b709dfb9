import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What Python makes of a file, beside the same file of harmless answers. */
export interface PythonReading {
  readonly fault?: string;
  /** Constants at the top of the file; tuples are lists. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Every text in it. */
  readonly texts: readonly string[];
}

/** Reads a request as one line of JSON, and answers with one: nothing of a file is run. */
const READER = `
import ast, json, sys, tomllib

def skeleton(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value, node.kind = type(node.value).__name__, None
    return ast.dump(tree)

def read(text):
    tree = ast.parse(text)
    values = {}
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and node.value is not None:
            try:
                values[target.id] = ast.literal_eval(node.value)
            except ValueError:
                pass
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tree, values, texts

def answer(request):
    if request["kind"] == "toml":
        tomllib.loads(request["text"])
        return {"values": {}, "texts": []}
    tree, values, texts = read(request["text"])
    twin = read(request["twin"])[0]
    found = {"values": values, "texts": texts}
    if skeleton(tree) != skeleton(twin):
        found["fault"] = "is other code than with harmless answers"
    return found

for line in sys.stdin:
    try:
        found = answer(json.loads(line))
    except Exception as error:
        found = {"fault": f"cannot be read: {error}", "values": {}, "texts": []}
    print(json.dumps(found), flush=True)
`;

export interface Python {
  readonly read: (kind: "python" | "toml", text: string, twin: string) => Promise<PythonReading>;
  readonly stop: () => void;
}

/** One Python for all cases: starting one takes longer than reading a hundred files. */
export function startPython(): Python {
  const child = spawn("python3", ["-c", READER], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: {
    readonly resolve: (reading: PythonReading) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  createInterface(child.stdout).on("line", (line) =>
    waiting.shift()?.resolve(JSON.parse(line) as PythonReading),
  );
  const fail = (error: Error): void => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.on("error", fail);
  child.on("close", (code) => fail(new Error(`python3 ended with ${code}.`)));
  return {
    read: (kind, text, twin) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ kind, text, twin })}\n`);
      }),
    stop: () => child.stdin.end(),
  };
}
