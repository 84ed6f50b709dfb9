import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeJson, valueAt, type JsonConflict } from "../../src/core/merge/merge-json.js";

interface Case {
  readonly baseline: string;
  readonly yours: string;
  readonly template: string;
  readonly result: string;
  readonly conflicts?: readonly JsonConflict[];
}

/** The lines of a text, each of which ends. */
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

const cases: Readonly<Record<string, Case>> = {
  "a dependency appended on both sides": {
    baseline: lines("{", '  "dependencies": {', '    "b": "1"', "  }", "}"),
    yours: lines("{", '  "dependencies": {', '    "b": "1",', '    "yours": "1"', "  }", "}"),
    template: lines("{", '  "dependencies": {', '    "b": "1",', '    "new": "1"', "  }", "}"),
    result: lines(
      "{",
      '  "dependencies": {',
      '    "b": "1",',
      '    "new": "1",',
      '    "yours": "1"',
      "  }",
      "}",
    ),
  },
  "a dependency appended where yours are sorted: it goes where it belongs": {
    baseline: '{ "devDependencies": { "b": "1", "z": "1" } }',
    yours: '{ "devDependencies": { "b": "1", "c": "1", "y": "1", "z": "1" } }',
    template: '{ "devDependencies": { "b": "1", "z": "1", "x": "1", "a": "1" } }',
    result: '{ "devDependencies": { "a": "1", "b": "1", "c": "1", "x": "1", "y": "1", "z": "1" } }',
  },
  "the same dependency bumped differently": {
    baseline: '{ "dependencies": { "a": "1", "b": "1" } }',
    yours: '{ "dependencies": { "a": "1.5", "b": "1" } }',
    template: '{ "dependencies": { "a": "2", "b": "2" } }',
    result: '{ "dependencies": { "a": "1.5", "b": "2" } }',
    conflicts: [{ pointer: "/dependencies/a", yours: "1.5", template: "2" }],
  },
  "the same dependency bumped alike": {
    baseline: '{ "dependencies": { "a": "1" } }',
    yours: '{"dependencies": {"a": "2"}}',
    template: '{ "dependencies": { "a": "2" } }',
    result: '{"dependencies": {"a": "2"}}',
  },
  "removed by you, bumped by the template": {
    baseline: '{ "dependencies": { "a": "1", "b": "1" } }',
    yours: '{ "dependencies": { "b": "1" } }',
    template: '{ "dependencies": { "a": "2", "b": "1" } }',
    result: '{ "dependencies": { "b": "1" } }',
    conflicts: [{ pointer: "/dependencies/a", template: "2" }],
  },
  "bumped by you, removed by the template": {
    baseline: '{ "dependencies": { "a": "1", "b": "1" } }',
    yours: '{ "dependencies": { "a": "2", "b": "1" } }',
    template: '{ "dependencies": { "b": "1" } }',
    result: '{ "dependencies": { "a": "2", "b": "1" } }',
    conflicts: [{ pointer: "/dependencies/a", yours: "2" }],
  },
  "removed by one of you": {
    baseline: '{ "a": 1, "b": 1, "c": 1 }',
    yours: '{ "b": 1, "c": 1 }',
    template: '{ "a": 1, "b": 1 }',
    result: '{ "b": 1 }',
  },
  "everything removed": {
    baseline: lines("{", '  "a": { "b": 1 }', "}"),
    yours: lines("{", '  "a": { "b": 1 }', "}"),
    template: lines("{", '  "a": {}', "}"),
    result: lines("{", '  "a": {}', "}"),
  },
  "the template bumps what you appended after": {
    baseline: lines("{", '  "a": "1",', '  "b": "1"', "}"),
    yours: lines("{", '  "a": "1",', '  "b": "1",', '  "yours": "1"', "}"),
    template: lines("{", '  "a": "1",', '  "b": "2"', "}"),
    result: lines("{", '  "a": "1",', '  "b": "2",', '  "yours": "1"', "}"),
  },
  "you rename, the template changes the version on the next line": {
    baseline: lines("{", '  "name": "made",', '  "version": "0.1.0"', "}"),
    yours: lines("{", '  "name": "@me/mine",', '  "version": "0.1.0"', "}"),
    template: lines("{", '  "name": "made",', '  "version": "0.2.0"', "}"),
    result: lines("{", '  "name": "@me/mine",', '  "version": "0.2.0"', "}"),
  },
  "re-sorted by you, with four spaces": {
    baseline: lines("{", '  "name": "x",', '  "files": ["dist"],', '  "bin": { "x": "a" }', "}"),
    yours: lines(
      "{",
      '    "bin": {',
      '        "x": "a"',
      "    },",
      '    "files": ["dist"],',
      '    "name": "x"',
      "}",
    ),
    template: lines(
      "{",
      '  "name": "x",',
      '  "files": ["dist"],',
      '  "exports": {',
      '    ".": {',
      '      "types": "./t"',
      "    }",
      "  },",
      '  "bin": { "x": "b" }',
      "}",
    ),
    result: lines(
      "{",
      '    "bin": {',
      '        "x": "b"',
      "    },",
      '    "files": ["dist"],',
      '    "exports": {',
      '        ".": {',
      '            "types": "./t"',
      "        }",
      "    },",
      '    "name": "x"',
      "}",
    ),
  },
  "tabs, and nothing after the last bracket": {
    baseline: '{\n  "a": 1,\n  "o": {}\n}\n',
    yours: '{\n\t"a": 1,\n\t"o": {}\n}',
    template: '{\n  "a": 1,\n  "o": {\n    "x": {\n      "y": 1\n    }\n  }\n}\n',
    result: '{\n\t"a": 1,\n\t"o": {\n\t\t"x": {\n\t\t\t"y": 1\n\t\t}\n\t}\n}',
  },
  "line ends and byte order mark are yours": {
    baseline: '{\n  "a": 1\n}\n',
    yours: '\ufeff{\r\n  "a": 1\r\n}\r\n',
    template: '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n',
    result: '\ufeff{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 2\r\n  }\r\n}\r\n',
  },
  "byte order mark and line ends of the template do not come along": {
    baseline: '\ufeff{\r\n  "a": 1\r\n}\r\n',
    yours: '{\n  "a": 1\n}\n',
    template: '\ufeff{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 2\r\n  }\r\n}\r\n',
    result: '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n',
  },
  "a file on one line": {
    baseline: '{"a":1,"b":{}}',
    yours: '{"a":1,"b":{},"yours":2}\n',
    template: lines(
      "{",
      '  "first": [',
      "    1,",
      '    { "x": {} }',
      "  ],",
      '  "a": 1,',
      '  "b": {',
      '    "c": []',
      "  }",
      "}",
    ),
    result: '{"first":[1,{"x":{}}],"a":1,"b":{"c":[]},"yours":2}\n',
  },
  "an empty file of each kind of bracket": {
    baseline: "{}",
    yours: "{}\n",
    template: lines("{", '  "a": [1]', "}"),
    result: lines("{", '  "a": [1]', "}"),
  },
  "comments of yours in tsconfig, before, beside and in between": {
    baseline: lines(
      "{",
      '  "compilerOptions": {',
      '    "strict": true,',
      '    "target": "es2022"',
      "  }",
      "}",
    ),
    yours: lines(
      "// ours",
      "{",
      "  // checked by all of us",
      '  "compilerOptions": { // see the wiki',
      '    "strict": true, // never off',
      "    /* older nodes */",
      '    "target": "es2022" // until May',
      "    // the end",
      "  }",
      "}",
    ),
    template: lines(
      "{",
      '  "compilerOptions": {',
      '    "strict": true,',
      "    // faster",
      '    "skipLibCheck": true, // since 5.0',
      '    "target": "es2023",',
      '    "lib": ["es2023"]',
      "  }",
      "}",
    ),
    result: lines(
      "// ours",
      "{",
      "  // checked by all of us",
      '  "compilerOptions": { // see the wiki',
      '    "strict": true, // never off',
      "    // faster",
      '    "skipLibCheck": true, // since 5.0',
      "    /* older nodes */",
      '    "target": "es2023", // until May',
      '    "lib": ["es2023"]',
      "    // the end",
      "  }",
      "}",
    ),
  },
  "a comment of yours on what the template removes stays": {
    baseline: lines("{", '  "a": 1,', "  // old", '  "b": 2,', '  "c": 3', "}"),
    yours: lines("{", '  "a": 1,', "  // old", '  "b": 2, // mine', '  "c": 3 // mine too', "}"),
    template: lines("{", '  "a": 1', "}"),
    result: lines("{", '  "a": 1', "  // old", "  // mine", "  // mine too", "}"),
  },
  "a comment of the template goes with what it removes": {
    baseline: lines("{", "  // old", '  "b": 2, // too', '  "c": 3', "}"),
    yours: lines("{", "  // old", '  "b": 2, // too', '  "c": 4', "}"),
    template: lines("{", '  "c": 3', "}"),
    result: lines("{", '  "c": 4', "}"),
  },
  "a comment to the end of a line swallows nothing": {
    baseline: '{ "l": ["a", "b", "c"], "x": 1, "y": 1 }',
    yours: '{ "l": ["a", // mine\n "b", "c"],\n  "x": 1 // one\n, "y": 1 }',
    template: '{ "l": ["a", "c"], "y": 1 }',
    result: '{ "l": ["a", // mine\n "c"],\n  // one\n "y": 1 }',
  },
  "a list in rows": {
    baseline: '{ "l": ["b", "a", "c"] }',
    yours: lines("{", '  "l": [', '    "b", "a",', '    "c"', "  ]", "}"),
    template: '{ "l": ["b", "n", "a", "c", "m"] }',
    result: lines("{", '  "l": [', '    "b",', '    "n", "a",', '    "c",', '    "m"', "  ]", "}"),
  },
  "a comment that the template keeps stays, also where it removes the next line": {
    baseline: lines("{", "  // all about this file", '  "b": 2,', '  "c": 3', "}"),
    yours: lines("{", "  // all about this file", '  "b": 2,', '  "c": 4', "}"),
    template: lines("{", "  // all about this file", '  "c": 3', "}"),
    result: lines("{", "  // all about this file", '  "c": 4', "}"),
  },
  "a trailing comma stays, and none is added": {
    baseline: lines("{", '  "a": [', '    "x"', "  ],", '  "b": 1', "}"),
    yours: lines("{", '  "a": [', '    "x",', "  ],", '  "b": 1', "}"),
    template: lines("{", '  "a": [', '    "x",', '    "y"', "  ],", '  "b": 1,', '  "c": 1,', "}"),
    result: lines("{", '  "a": [', '    "x",', '    "y",', "  ],", '  "b": 1,', '  "c": 1', "}"),
  },
  "a comma at the start of a line": {
    baseline: '{ "a": 1, "b": 2 }',
    yours: '{\n  "a": 1\n, "b": 2\n}',
    template: '{ "a": 1, "b": 2, "c": 3 }',
    result: '{\n  "a": 1\n, "b": 2,\n  "c": 3\n}',
  },
  "scripts changed on both sides": {
    baseline: '{ "scripts": { "test": "vitest", "build": "tsc" } }',
    yours: '{ "scripts": { "test": "vitest --run", "build": "tsc" } }',
    template:
      '{ "scripts": { "test": "vitest", "pretest": "npm run build", "build": "tsc -p ." } }',
    result:
      '{ "scripts": { "test": "vitest --run", "pretest": "npm run build", "build": "tsc -p ." } }',
  },
  "files and keywords: additions and removals of both": {
    baseline: '{ "files": ["dist", "src"], "keywords": ["oauth2", "sdk"] }',
    yours: '{ "files": ["dist", "src", "docs"], "keywords": ["oauth2", "pkce", "sdk"] }',
    template: '{ "files": ["dist", "bin"], "keywords": ["oauth2", "link", "sdk"] }',
    result: '{ "files": ["dist", "docs", "bin"], "keywords": ["oauth2", "pkce", "link", "sdk"] }',
  },
  "a translation file": {
    baseline: lines(
      "{",
      '  "config": {',
      '    "step": { "user": { "title": "Link" } },',
      '    "abort": {}',
      "  }",
      "}",
    ),
    yours: lines(
      "{",
      '  "config": {',
      '    "step": { "user": { "title": "Verknüpfen" } },',
      '    "abort": {}',
      "  }",
      "}",
    ),
    template: lines(
      "{",
      '  "config": {',
      '    "step": { "user": { "title": "Link", "description": "Sign in" } },',
      '    "abort": {',
      '      "oauth_failed": "Failed"',
      "    }",
      "  }",
      "}",
    ),
    result: lines(
      "{",
      '  "config": {',
      '    "step": { "user": { "title": "Verknüpfen", "description": "Sign in" } },',
      '    "abort": {',
      '      "oauth_failed": "Failed"',
      "    }",
      "  }",
      "}",
    ),
  },
  "settings of an editor: dots, slashes and tildes in names": {
    baseline: '{ "editor.tabSize": 2, "files.exclude": { "**/dist": true, "~": true } }',
    yours: '{ "editor.tabSize": 4, "files.exclude": { "**/dist": false, "~": false } }',
    template:
      '{ "editor.tabSize": 2, "editor.rulers": [100], "files.exclude": { "**/dist": "when", "~": "when" } }',
    result:
      '{ "editor.tabSize": 4, "editor.rulers": [100], "files.exclude": { "**/dist": false, "~": false } }',
    conflicts: [
      { pointer: "/files.exclude/**~1dist", yours: false, template: "when" },
      { pointer: "/files.exclude/~0", yours: false, template: "when" },
    ],
  },
  "a manifest of Home Assistant": {
    baseline: lines(
      "{",
      '  "domain": "made",',
      '  "name": "Made",',
      '  "codeowners": [],',
      '  "dependencies": ["application_credentials"],',
      '  "iot_class": "cloud_polling",',
      '  "requirements": ["made==1.0.0"],',
      '  "version": "0.1.0"',
      "}",
    ),
    yours: lines(
      "{",
      '  "domain": "made",',
      '  "name": "Made",',
      '  "codeowners": ["@me"],',
      '  "dependencies": ["application_credentials", "http"],',
      '  "iot_class": "cloud_push",',
      '  "requirements": ["made==1.0.0"],',
      '  "version": "0.3.0"',
      "}",
    ),
    template: lines(
      "{",
      '  "domain": "made",',
      '  "name": "Made",',
      '  "codeowners": ["@team"],',
      '  "config_flow": true,',
      '  "dependencies": ["application_credentials", "webhook"],',
      '  "iot_class": "cloud_polling",',
      '  "requirements": ["made==1.1.0"],',
      '  "version": "0.2.0"',
      "}",
    ),
    result: lines(
      "{",
      '  "domain": "made",',
      '  "name": "Made",',
      '  "codeowners": ["@me", "@team"],',
      '  "config_flow": true,',
      '  "dependencies": ["application_credentials", "http", "webhook"],',
      '  "iot_class": "cloud_push",',
      '  "requirements": ["made==1.1.0"],',
      '  "version": "0.3.0"',
      "}",
    ),
    conflicts: [{ pointer: "/version", yours: "0.3.0", template: "0.2.0" }],
  },
  "both add an object: it merges; both add anything else: a conflict": {
    baseline: "{}",
    yours: '{ "o": { "a": 1, "b": 1 }, "l": ["a"] }',
    template: '{ "o": { "b": 2, "c": 2 }, "l": ["b"] }',
    result: '{ "o": { "a": 1, "b": 1, "c": 2 }, "l": ["a"] }',
    conflicts: [
      { pointer: "/o/b", yours: 1, template: 2 },
      { pointer: "/l", yours: ["a"], template: ["b"] },
    ],
  },
  "an object removed by the template in which you changed something": {
    baseline: '{ "o": { "a": 1, "b": 1 } }',
    yours: '{ "o": { "a": 1, "b": 2 } }',
    template: "{}",
    result: '{ "o": { "a": 1, "b": 2 } }',
    conflicts: [{ pointer: "/o", yours: { a: 1, b: 2 } }],
  },
  "a text that became an object": {
    baseline: '{ "bin": "a.js", "repository": "x" }',
    yours: '{ "bin": "a.js", "repository": "y" }',
    template: '{ "bin": { "a": "a.js" }, "repository": { "url": "x" } }',
    result: '{ "bin": { "a": "a.js" }, "repository": "y" }',
    conflicts: [{ pointer: "/repository", yours: "y", template: { url: "x" } }],
  },
  "order matters in conditions: a new one goes where the template has it": {
    baseline: '{ "exports": { "import": "./a", "require": "./b" } }',
    yours: '{ "exports": { "import": "./mine", "require": "./b" } }',
    template:
      '{ "exports": { "types": "./t", "import": "./a", "node": "./n", "require": "./b", "default": "./d" } }',
    result:
      '{ "exports": { "types": "./t", "import": "./mine", "node": "./n", "require": "./b", "default": "./d" } }',
  },
  "numbers that no double holds stay as they are written": {
    baseline: '{ "big": 1e400, "long": 12345678901234567890, "same": 1.50, "x": 1 }',
    yours: '{ "big": 1e400, "long": 12345678901234567890, "same": 1.5, "x": 1 }',
    template: '{ "big": 1e400, "long": 12345678901234567891, "same": 15e-1, "x": 2e400 }',
    result: '{ "big": 1e400, "long": 12345678901234567891, "same": 1.5, "x": 2e400 }',
  },
  "names as they are written": {
    baseline: '{ "caf\\u00e9": 1, "漢": 1 }',
    yours: '{ "café": 1, "\\u6f22": 1 }',
    template: '{ "caf\\u00e9": 2, "漢": 2, "n\\u00e9": 3, "__proto__": { "a": 1 } }',
    result: '{ "café": 2, "\\u6f22": 2, "n\\u00e9": 3, "__proto__": { "a": 1 } }',
  },
  "a name that stands twice in yours is left alone": {
    baseline: '{ "a": 1, "b": 1, "c": 1, "d": 1, "e": 1 }',
    yours: '{ "a": 0, "a": 1, "b": 0, "b": 1, "c": 1, "d": 0, "d": 2, "e": 0, "e": 3 }',
    template: '{ "a": 1, "bb": 1, "c": 2, "d": 2, "e": 1 }',
    result: '{ "a": 0, "a": 1, "bb": 1, "b": 0, "b": 1, "c": 2, "d": 0, "d": 2, "e": 0, "e": 3 }',
    conflicts: [{ pointer: "/b", yours: 1 }],
  },
  "sorted on both sides: a new name goes where it belongs": {
    baseline: '{ "packages": { "": 1, "a": 1, "z": 1 } }',
    yours: '{ "packages": { "": 1, "a": 1, "c": 1, "m": 1, "z": 1 } }',
    template: '{ "packages": { "": 1, "a": 1, "n": 1, "z": 1 } }',
    result: '{ "packages": { "": 1, "a": 1, "c": 1, "m": 1, "n": 1, "z": 1 } }',
  },
  "one name shows no order": {
    baseline: '{ "dependencies": {} }',
    yours: '{ "dependencies": { "y": "1" } }',
    template: '{ "dependencies": { "a": "1", "z": "1" } }',
    result: '{ "dependencies": { "y": "1", "a": "1", "z": "1" } }',
  },
  "an empty list is no empty object": {
    baseline: '{ "a": [] }',
    yours: '{ "a": {} }',
    template: '{ "a": [1] }',
    result: '{ "a": {} }',
    conflicts: [{ pointer: "/a", yours: {}, template: [1] }],
  },
  "an object removed by the template in which you renamed something": {
    baseline: '{ "o": { "a": 1 }, "p": { "a": 1, "b": 2 } }',
    yours: '{ "o": { "b": 1 }, "p": { "b": 2, "a": 1 } }',
    template: "{}",
    result: '{ "o": { "b": 1 } }',
    conflicts: [{ pointer: "/o", yours: { b: 1 } }],
  },
  "a number that became a text, and a text that became a number": {
    baseline: '{ "a": 1, "b": "latest" }',
    yours: '{ "a": "latest", "b": 1 }',
    template: '{ "a": 2, "b": "newest" }',
    result: '{ "a": "latest", "b": 1 }',
    conflicts: [
      { pointer: "/a", yours: "latest", template: 2 },
      { pointer: "/b", yours: 1, template: "newest" },
    ],
  },
  "a byte order mark inside a text is part of it": {
    baseline: '{ "a": "\ufeff", "b": 1 }',
    yours: '{ "a": "\ufeff", "b": 1 }',
    template: '{ "a": "\ufeff", "b": 2 }',
    result: '{ "a": "\ufeff", "b": 2 }',
  },
  "a list of one item shows no layout": {
    baseline: '["a","b"]',
    yours: '["a"]',
    template: '["a","b","c"]',
    result: '["a", "c"]',
  },
  "a list in lines that only the template changed": {
    baseline: "[1]",
    yours: lines("[", "    1", "]"),
    template: lines("[", "  1,", "  2", "]"),
    result: lines("[", "    1,", "    2", "]"),
  },
  "the first name stands beside the bracket: one step is the template's": {
    baseline: '{ "a": 1, "o": {} }',
    yours: '{ "a": 1,\n   "o": {} }',
    template: lines("{", '  "a": 1,', '  "o": {', '    "x": 1', "  }", "}"),
    result: '{ "a": 1,\n   "o": {\n     "x": 1\n   } }',
  },
  "the whole file is indented": {
    baseline: '{ "a": 1, "o": {} }',
    yours: '    {\n      "a": 1,\n      "o": {}\n    }',
    template: lines("{", '    "a": 1,', '    "o": {', '        "x": 1', "    }", "}"),
    result: '    {\n      "a": 1,\n      "o": {\n        "x": 1\n      }\n    }',
  },
  "what the template has on one line, in empty brackets": {
    baseline: lines("{", '  "o": {},', '  "l": [],', '  "c": {}', "}"),
    yours: lines("{", '  "o": {},', '  "l": [],', '  "c": { /* mine */ }', "}"),
    template: lines("{", '  "o": { "x": 1 },', '  "l": ["x"],', '  "c": { "x": 1 }', "}"),
    result: lines("{", '  "o": { "x": 1 },', '  "l": ["x"],', '  "c": { /* mine */ "x": 1 }', "}"),
  },
  "what the template has in lines, in a file on one": {
    baseline: '{ "a": 1 }',
    yours: '{ "a": 1 }',
    template: lines("{", '  "a": 1,', '  "o": {', '    "x": {}', "  }", "}"),
    result: '{ "a": 1, "o": { "x": {} } }',
  },
  "one without blanks": {
    baseline: '{"a":1}',
    yours: '{"a":1}',
    template: '{ "a": 1, "o": { "x": 1 } }',
    result: '{"a":1,"o":{"x":1}}',
  },
  "a value on one line is taken as the template writes it": {
    baseline: '{"a":1}',
    yours: '{ "a": 1 }',
    template: '{"a":1,"o":{"x":[1,2]}}',
    result: '{ "a": 1, "o": {"x":[1,2]} }',
  },
  "an empty line of the template stays empty": {
    baseline: lines("{", '  "a": 1', "}"),
    yours: lines("{", '\t"a": 1', "}"),
    template: lines("{", '  "a": 1,', '  "o": {', '    "x": 1,', "", '    "y": 2', "  }", "}"),
    result: lines("{", '\t"a": 1,', '\t"o": {', '\t\t"x": 1,', "", '\t\t"y": 2', "\t}", "}"),
  },
  "what is left of brackets is empty": {
    baseline: '{ "o": { "a": 1 }, "p": { "a": 1 }, "q": { "a": 1 } }',
    yours: '{ "o": {  \n"a":1}, "p": {  \n    "a": 1\n  }, "q": { "a": 1 } }',
    template: '{ "o": {}, "p": {}, "q": {} }',
    result: '{ "o": {}, "p": {}, "q": {} }',
  },
  "a comment of yours is left of them": {
    baseline: '{ "o": { "a": 1 } }',
    yours: lines("{", '  "o": {', '    "a": 1 // mine', "  }", "}"),
    template: '{ "o": {} }',
    result: lines("{", '  "o": {', "    // mine", "  }", "}"),
  },
  "a comment before the bracket": {
    baseline: '{ "a": 1 }',
    yours: '{ "a": 1 /* mine */   }',
    template: '{ "a": 1, "b": 2 }',
    result: '{ "a": 1, /* mine */ "b": 2   }',
  },
  "a comment before a comma at the start of a line": {
    baseline: '{ "x": 1, "y": 1 }',
    yours: '{ "x": 1 // one\n, "y": 1 }',
    template: '{ "x": 1, "y": 2 }',
    result: '{ "x": 1 // one\n, "y": 2 }',
  },
  "a comment to the end of a line swallows nothing in lines": {
    baseline: '{ "a": 1, "b": 1, "c": { "d": 1 } }',
    yours: '{"a":1, // mine\n"b":1,"c":{\n"d":1}}',
    template: '{ "a": 1, "c": { "d": 1 } }',
    result: '{"a":1, // mine\n"c":{\n"d":1}}',
  },
};

describe("mergeJson", () => {
  it.each(Object.entries(cases))("%s", (_name, { baseline, yours, template, ...expected }) => {
    const merge = mergeJson(baseline, yours, template);
    expect(merge?.text).toBe(expected.result);
    expect(merge?.conflicts).toEqual(expected.conflicts ?? []);
  });
});

const CONFLICT = "conflict";

describe("lists", () => {
  it.each<[string, string, string, string, string]>([
    ["both add", '["a"]', '["a", "y"]', '["a", "t"]', '["a", "y", "t"]'],
    ["both add the same", '["a"]', '["a", "x", "y"]', '["x", "a"]', '["a", "x", "y"]'],
    ["both remove", '["a", "b", "c"]', '["b", "c"]', '["a", "b"]', '["b"]'],
    [
      "added in the middle",
      '["b", "a"]',
      '["b", "a", "y"]',
      '["b", "t", "a"]',
      '["b", "t", "a", "y"]',
    ],
    ["added in front", '["b", "a"]', '["b", "a", "y"]', '["t", "b", "a"]', '["t", "b", "a", "y"]'],
    [
      "sorted on both sides",
      '["b", "d"]',
      '["b", "d", "y", "z"]',
      '["b", "d", "e"]',
      '["b", "d", "e", "y", "z"]',
    ],
    [
      "template reorders",
      '["a", "b", "c"]',
      '["a", "b", "c", "y"]',
      '["c", "a", "b"]',
      '["c", "a", "b", "y"]',
    ],
    [
      "you reorder",
      '["a", "b", "c"]',
      '["c", "a", "b"]',
      '["a", "b", "c", "t"]',
      '["c", "a", "b", "t"]',
    ],
    ["both reorder differently", '["a", "b", "c"]', '["c", "b", "a"]', '["b", "a", "c"]', CONFLICT],
    [
      "you replace an argument",
      '["--port", "80"]',
      '["--port", "90"]',
      '["--port", "80", "--host", "x"]',
      '["--port", "90", "--host", "x"]',
    ],
    [
      "both replace at other places",
      '["error", "always"]',
      '["error", "never"]',
      '["warn", "always"]',
      '["warn", "never"]',
    ],
    ["both replace at the same place", '["dist"]', '["build"]', '["lib"]', CONFLICT],
    [
      "both replace, one adds",
      '["node", "a.js"]',
      '["tsx", "a.js"]',
      '["node", "b.js", "-w"]',
      CONFLICT,
    ],
    ["the result would hold a text twice", '["a", "b"]', '["x", "b"]', '["a", "x"]', CONFLICT],
    [
      "a text twice, one side changed",
      '["-p", "a", "-p", "b"]',
      '["-p", "a", "-p", "b"]',
      '["-p", "a"]',
      '["-p", "a"]',
    ],
    [
      "a text twice, by place",
      '["-p", "a", "-p", "b"]',
      '["-p", "y", "-p", "b"]',
      '["-p", "a", "-p", "t"]',
      '["-p", "y", "-p", "t"]',
    ],
    [
      "a text twice, both add",
      '["-p", "a", "-p", "b"]',
      '["-p", "a", "-p", "b", "y"]',
      '["-p", "a", "-p", "b", "t"]',
      CONFLICT,
    ],
    ["numbers, one side changed", "[1, 2]", "[1, 2]", "[2, 1, 3]", "[2, 1, 3]"],
    ["numbers, by place", "[800, 600]", "[1024, 600]", "[800, 768]", "[1024, 768]"],
    ["numbers, the same place", "[800, 600]", "[1024, 600]", "[1280, 600]", CONFLICT],
    ["numbers, both add", "[1]", "[1, 2]", "[1, 3]", CONFLICT],
    ["numbers, in a list that got longer", "[1, 2]", "[3, 2]", "[1, 2, 3]", CONFLICT],
    ["a text twice last time", '["a", "a"]', '["a"]', '["a", "t"]', CONFLICT],
    [
      "a text twice in the template, by place",
      '["a", "b", "c"]',
      '["a", "b", "y"]',
      '["b", "b", "c"]',
      '["b", "b", "y"]',
    ],
    [
      "both reorder alike, and add",
      '["a", "b", "c"]',
      '["c", "b", "a", "y"]',
      '["c", "b", "a", "t"]',
      '["c", "b", "a", "y", "t"]',
    ],
    [
      "one text became an object",
      '["error", "always"]',
      '["warn", "always"]',
      '["error", { "max": 2 }]',
      CONFLICT,
    ],
    [
      "mixed",
      '["error", { "max": 1 }]',
      '["warn", { "max": 1 }]',
      '["error", { "max": 2 }]',
      CONFLICT,
    ],
    [
      "objects by name",
      '[{ "name": "b", "v": 1 }, { "name": "a", "v": 1 }]',
      '[{ "name": "b", "v": 2 }, { "name": "a", "v": 1 }, { "name": "y" }]',
      '[{ "name": "b", "v": 1 }, { "name": "a", "v": 2 }, { "name": "t" }]',
      '[{ "name": "b", "v": 2 }, { "name": "a", "v": 2 }, { "name": "y" }, { "name": "t" }]',
    ],
    [
      "objects by id, one changed on both sides",
      '[{ "id": "a", "v": 1 }]',
      '[{ "id": "a", "v": 2 }]',
      '[{ "id": "a", "v": 3 }]',
      CONFLICT,
    ],
    [
      "objects without a name",
      '[{ "v": 1 }]',
      '[{ "v": 2 }]',
      '[{ "v": 1 }, { "v": 3 }]',
      CONFLICT,
    ],
    ["lists of lists", '[["a"]]', '[["a", "b"]]', '[["a"], ["c"]]', CONFLICT],
  ])("%s", (_name, baseline, yours, template, result) => {
    const [was, is, wanted] = [baseline, yours, template].map((list) => `{ "list": ${list} }`);
    const merge = mergeJson(was ?? "", is ?? "", wanted ?? "");
    const clash = { pointer: "/list", yours: JSON.parse(yours), template: JSON.parse(template) };
    expect(merge).toEqual(
      result === CONFLICT
        ? { text: is, conflicts: [clash] }
        : { text: `{ "list": ${result} }`, conflicts: [] },
    );
  });

  it("a comment stays beside its item, also when the template reorders", () => {
    const yours = lines("[", '  "a", // first', '  "b", // second', '  "c"', "]");
    const merge = mergeJson('["a", "b", "c"]', yours, '["c", "n", "b", "a"]');
    expect(merge?.text).toBe(
      lines("[", '  "c",', '  "n",', '  "b", // second', '  "a" // first', "]"),
    );
  });
});

describe("numbers", () => {
  it.each<readonly [string, string, boolean]>([
    ["1.50", "15e-1", true],
    ["1500", "15e2", true],
    ["1500", "1.5E+3", true],
    ["0.005", "5e-3", true],
    ["0", "0.0", true],
    ["0", "0e5", true],
    ["-0", "-0.0", true],
    ["0", "-0", false],
    ["1", "-1", false],
    ["105", "15", false],
    ["105", "150", false],
    ["15e1", "15e2", false],
    ["12345678901234567890", "12345678901234567891", false],
  ])("%s and %s are the same: %s", (one, other, same) => {
    const [was, is] = [`{ "n": ${one} }`, `{ "n": ${other} }`];
    for (const [baseline, yours] of [
      [was, is],
      [is, was],
    ] as const)
      expect(mergeJson(baseline, yours, '{ "n": 7 }')?.conflicts).toHaveLength(same ? 0 : 1);
  });
});

describe("what is merged as text", () => {
  const good = '{ "a": 1 }';
  const bad = [
    "",
    "1",
    '"x"',
    "null",
    "{",
    '{ "a": 1, }, 2',
    "{ a: 1 }",
    "[1 2]",
    "<<<<<<< yours\n{}",
    "{} }",
    '{ "a": "\u0001" }',
    "[01]",
    "[1,,2]",
    "[/*]",
  ];

  it.each(bad)("no JSON: %j", (text) => {
    expect(mergeJson(text, good, good)).toBeUndefined();
    expect(mergeJson(good, text, good)).toBeUndefined();
    expect(mergeJson(good, good, text)).toBeUndefined();
  });

  const nested = (depth: number): readonly string[] => [
    "[".repeat(depth) + "]".repeat(depth),
    `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
  ];

  it("not what is nested 200 levels deep", () => {
    for (const deep of nested(200)) expect(mergeJson(deep, deep, deep)?.text).toBe(deep);
  });

  it.each([201, 5000, 100_000])("nested %i levels deep", (depth) => {
    for (const deep of nested(depth)) {
      expect(mergeJson(deep, deep, deep)).toBeUndefined();
      expect(valueAt(deep, "")).toBeUndefined();
    }
  });

  it("a comment of yours would be lost inside what the template removes", () => {
    const yours = '{ "a": [1 /* mine */], "b": 1 }';
    expect(mergeJson('{ "a": [1], "b": 1 }', yours, '{ "b": 1 }')).toBeUndefined();
    expect(mergeJson('{ "a": [1], "b": 1 }', yours, '{ "a": {}, "b": 1 }')).toBeUndefined();
  });
});

describe("valueAt", () => {
  const text =
    '\ufeff{ "a/b": { "~": [1, { "x": null }] }, "__proto__": { "y": 2 }, "d": 1, "d": 2, } // end';

  it.each<[string, unknown]>([
    ["/a~1b/~0/0", 1],
    ["/a~1b/~0/1", { x: null }],
    ["/a~1b/~0/1/x", null],
    ["/a~1b/~0/01", undefined],
    ["/a~1b/~0/2", undefined],
    ["/a~1b/~0/-", undefined],
    ["/__proto__/y", 2],
    ["/toString", undefined],
    ["/toString/x", undefined],
    ["/d", 2],
    ["/d/length", undefined],
    ["/d/0", undefined],
    ["/", undefined],
    ["d", undefined],
  ])("%s", (pointer, value) => expect(valueAt(text, pointer)).toEqual(value));

  it("the whole, and a text that is no JSON", () => {
    expect(valueAt("[1]", "")).toEqual([1]);
    expect(valueAt("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "/10")).toBe(10);
    expect(valueAt("{", "")).toBeUndefined();
  });
});

/* ---------- Laws, against a merge of plain values that knows nothing of text ---------- */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;
type Side = Json | undefined;

const isItems = (side: Side): side is readonly Json[] => Array.isArray(side);
const isFields = (side: Side): side is Fields =>
  typeof side === "object" && side !== null && !isItems(side);
const member = (side: Side, key: string): Side =>
  isFields(side) && Object.hasOwn(side, key) ? side[key] : undefined;

/** One text for equal values: members in the order of their names. */
function canonical(side: Side): string {
  if (isItems(side)) return `[${side.map(canonical).join()}]`;
  if (!isFields(side)) return JSON.stringify(side) ?? "absent";
  const keys = Object.keys(side).toSorted();
  return `{${keys.map((key) => JSON.stringify(key) + canonical(member(side, key))).join()}}`;
}
const equal = (one: Side, other: Side): boolean => canonical(one) === canonical(other);

const isTextSet = (side: readonly Json[]): boolean =>
  side.every((item) => typeof item === "string") && new Set(side).size === side.length;

type Sides = readonly [base: Side, yours: Side, template: Side, result: Side];

/** What is wrong with a result: nothing if every change of one side is in it, and each conflict is one and kept yours. */
function faults(sides: Sides, conflicts: ReadonlySet<string>, pointer = ""): readonly string[] {
  const [base, yours, template, result] = sides;
  const unless = (fine: boolean, fault: string): readonly string[] =>
    fine ? [] : [`${pointer}: ${fault}: ${sides.map(canonical).join(" | ")}`];
  const inside = (step: string | number, at: (side: Side) => Side): readonly string[] =>
    faults([at(base), at(yours), at(template), at(result)], conflicts, `${pointer}/${step}`);

  if (conflicts.has(pointer)) {
    const isOne = !equal(yours, template) && !equal(base, yours) && !equal(base, template);
    return [...unless(isOne, "no conflict"), ...unless(equal(result, yours), "yours was touched")];
  }
  if (isFields(yours) && isFields(template)) {
    if (!isFields(result)) return unless(false, "no object");
    const keys = new Set(
      [base, yours, template, result].flatMap((side) => Object.keys(isFields(side) ? side : {})),
    );
    return [...keys].flatMap((key) =>
      inside(key.replaceAll("~", "~0").replaceAll("/", "~1"), (side) => member(side, key)),
    );
  }
  if (equal(yours, template) || equal(base, template))
    return unless(equal(result, yours), "yours is gone");
  if (equal(base, yours)) return unless(equal(result, template), "the template's is missing");
  if (!isItems(base) || !isItems(yours) || !isItems(template) || !isItems(result)) {
    return unless(false, "a conflict that nobody was told of");
  }
  const all = [base, yours, template, result];
  if (all.every(isTextSet)) {
    const kept = yours.filter((item) => template.includes(item) || !base.includes(item));
    const added = template.filter((item) => !yours.includes(item) && !base.includes(item));
    return unless(equal(result.toSorted(), [...kept, ...added].toSorted()), "not what both made");
  }
  if (all.every((side) => side.every((item) => typeof member(item, "name") === "string"))) {
    const ids = new Set(all.flat().map((item) => member(item, "name")));
    const item = (side: Side, id: Side): Side =>
      isItems(side) ? side.find((one) => member(one, "name") === id) : undefined;
    return [...ids].flatMap((id) => inside(`name=${String(id)}`, (side) => item(side, id)));
  }
  const lengths = new Set(all.map((side) => side.length));
  return [
    ...unless(lengths.size === 1, "not of one length"),
    ...yours.flatMap((_item, index) =>
      inside(index, (side) => (isItems(side) ? side[index] : undefined)),
    ),
  ];
}

const keys = fc.constantFrom("a", "b", "c", "x/y", "~1", "é\n", "__proto__", "dependencies");
const words = fc.constantFrom("", "p", "q", "r", "s", '"//"', "/*");
const scalars: fc.Arbitrary<Json> = fc.oneof(
  words,
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom(null, true),
);
const fieldsOf = (values: fc.Arbitrary<Json>): fc.Arbitrary<Fields> =>
  fc
    .uniqueArray(fc.tuple(keys, values), { maxLength: 5, selector: ([key]) => key })
    .map((members) => Object.fromEntries(members));
const { value: values } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalars,
    fieldsOf(tie("value")),
    fc.uniqueArray(words, { maxLength: 5 }),
    fc.array(scalars, { maxLength: 3 }),
    fc.uniqueArray(fc.record({ name: words, v: scalars }), {
      maxLength: 3,
      selector: ({ name }) => name,
    }),
    fc.array(tie("value"), { maxLength: 2 }),
  ),
}));
const documents = fieldsOf(values);

/** Decisions, one after the other; again from the first when they run out. */
type Roll = () => number;
const rolls: fc.Arbitrary<() => Roll> = fc
  .array(fc.nat(11), { minLength: 1, maxLength: 40 })
  .map((thrown) => () => {
    let at = 0;
    return () => thrown[at++ % thrown.length] ?? 0;
  });

/** What somebody makes of a document: some of it stays, some goes, some comes from another. */
function edited(one: Json, other: Json, roll: Roll): Json {
  if (roll() < 3) return one;
  if (isFields(one) && isFields(other)) {
    const all = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.fromEntries(
      all.flatMap((key): readonly (readonly [string, Json])[] => {
        const [first, second] = [member(one, key), member(other, key)];
        if (first !== undefined && second !== undefined)
          return [[key, edited(first, second, roll)]];
        const only = first ?? second;
        return only === undefined || roll() < 3 ? [] : [[key, only]];
      }),
    );
  }
  if (isItems(one) && isItems(other)) {
    const some = [...one, ...other].filter(() => roll() > 2);
    return some.filter((item, index) => some.findIndex((each) => equal(each, item)) === index);
  }
  return other;
}

/** JSON as a person may leave it: any white space, numbered comments anywhere, a comma after the last member. */
function scribbled(value: Json, mark: string, roll: Roll): string {
  let count = 0;
  const space = (): string => {
    const kind = roll();
    if (kind === 0) return ` /* ${mark}${count++} */ `;
    if (kind === 1) return ` // ${mark}${count++} "\n\t`;
    if (kind === 2) return `/* ${mark}${count++}\n */`;
    return ["\n", "\r\n  ", " ", "\n    ", "\t", "\n\n"][kind - 3] ?? "";
  };
  const group = (open: string, members: readonly string[], close: string): string => {
    const trailing = members.length > 0 && roll() < 2 ? `,${space()}` : "";
    return open + space() + members.join(`${space()},${space()}`) + space() + trailing + close;
  };
  const write = (one: Json): string => {
    if (isItems(one)) return group("[", one.map(write), "]");
    if (!isFields(one)) return JSON.stringify(one);
    const members = Object.entries(one).map(
      ([key, inner]) => `${JSON.stringify(key)}${space()}:${space()}${write(inner)}`,
    );
    return group("{", members, "}");
  };
  return space() + write(value) + space();
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/gu;
const commentsIn = (text: string): readonly string[] =>
  (text.match(TOKEN) ?? []).filter((token) => token.startsWith("/"));

/** Reads without the code under test: comments go first, then a comma after the last member. */
function read(text: string | undefined): Json {
  const bare = (text ?? "")
    .replaceAll(TOKEN, (token) => (token.startsWith("/") ? " " : token))
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/gu, (_all, string?: string) => string ?? "");
  return JSON.parse(bare) as Json;
}

const trios = fc
  .tuple(documents, documents, documents, rolls, rolls)
  .map(([base, one, other, mine, theirs]) => ({
    base,
    yours: edited(base, one, mine()),
    template: edited(base, other, theirs()),
  }));
const indents = fc.constantFrom(0, 2, 4, "\t");

describe("laws", () => {
  it("a template without news, or with yours alone, leaves every byte of yours", () => {
    fc.assert(
      fc.property(documents, documents, rolls, (base, yours, roll) => {
        const [was, is] = [scribbled(base, "b", roll()), scribbled(yours, "y", roll())];
        for (const template of [was, JSON.stringify(base), is, JSON.stringify(yours)]) {
          expect(mergeJson(was, is, template)).toEqual({ text: is, conflicts: [] });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("what you did not change gets the template's value", () => {
    fc.assert(
      fc.property(trios, indents, ({ base, template }, indent) => {
        const yours = JSON.stringify(base, null, indent);
        const merge = mergeJson(JSON.stringify(base), yours, JSON.stringify(template));
        expect(merge?.conflicts).toEqual([]);
        expect(canonical(read(merge?.text))).toBe(canonical(template));
      }),
      { numRuns: 1000 },
    );
  });

  it("each change of one side is in the result, laid out as yours is; each conflict is one and keeps yours", () => {
    fc.assert(
      fc.property(
        trios,
        indents,
        fc.constantFrom(2, 4, "\t"),
        ({ base, yours, template }, mine, theirs) => {
          const is = `${JSON.stringify(yours, null, mine)}\n`;
          const wanted = JSON.stringify(template, null, theirs);
          const merge = mergeJson(JSON.stringify(base), is, wanted);
          const result = read(merge?.text);
          // An empty file shows no layout: the template's is taken.
          const layout = equal(yours, {}) ? theirs : mine;
          const text = `${JSON.stringify(result, null, layout)}\n`;
          const conflicts = merge?.conflicts ?? [];
          const pointers = new Set(conflicts.map(({ pointer }) => pointer));
          expect(faults([base, yours, template, result], pointers)).toEqual([]);
          expect(merge?.text).toBe(text);
          for (const conflict of conflicts) {
            expect(conflict.yours).toEqual(valueAt(is, conflict.pointer));
            expect(conflict.yours).toEqual(valueAt(text, conflict.pointer));
            expect(conflict.template).toEqual(valueAt(wanted, conflict.pointer));
          }
          expect(mergeJson(wanted, text, wanted)).toEqual({ text, conflicts: [] });
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("with comments anywhere: each of yours is in the result, or the text has to be merged", () => {
    let merged = 0;
    fc.assert(
      fc.property(trios, rolls, rolls, ({ base, yours, template }, mine, theirs) => {
        const is = scribbled(yours, "y", mine());
        const wanted = scribbled(template, "t", theirs());
        const merge = mergeJson(scribbled(base, "t", theirs()), is, wanted);
        if (!merge) return;
        merged += 1;
        const pointers = new Set(merge.conflicts.map(({ pointer }) => pointer));
        expect(faults([base, yours, template, read(merge.text)], pointers)).toEqual([]);
        expect(commentsIn(merge.text)).toEqual(expect.arrayContaining([...commentsIn(is)]));
      }),
      { numRuns: 1000 },
    );
    expect(merged).toBeGreaterThan(750);
  });

  it("reads what JSON.parse reads, and throws at nothing", () => {
    const tokens = fc.constantFrom(
      ..."{}[],:-./x \n\u00a0\\",
      '"a"',
      '"',
      "1",
      "01",
      "1e9",
      "null",
      "nul",
    );
    const texts = fc.oneof(fc.string(), fc.string({ unit: tokens }), fc.json());
    fc.assert(
      fc.property(texts, (text) => {
        const merge = mergeJson(text, text, text);
        const value = parsed(text);
        if (isItems(value) || isFields(value)) {
          expect(merge).toEqual({ text, conflicts: [] });
          expect(canonical(valueAt(text, "") as Json)).toBe(canonical(value));
        } else if (!/,\s*[\]}]|\//u.test(text)) expect(merge).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });
});

function parsed(text: string): Side {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
