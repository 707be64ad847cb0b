import { parseSync, Visitor, type ArrowFunctionExpression, type Function as FunctionNode } from "oxc-parser";
import { textOf } from "./tree.ts";

/** A function as the budgets see it. */
export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
}

/** What the gates ask of a source file, read by a parser and not by searching its text. */
export interface Syntax {
  /** Every module named by an import, a re-export, `import()` or a type's `import("…")`. */
  readonly imports: readonly string[];
  readonly functions: readonly FunctionSize[];
  /** Lines of `as` casts that nothing explains: outside `parse…` functions and files, and without a comment; `as const` is none. */
  readonly casts: readonly number[];
  /** Every string, and the fixed parts of every template. */
  readonly texts: readonly string[];
  readonly usesEnvironment: boolean;
}

type AnyFunction = FunctionNode | ArrowFunctionExpression;
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Reads one source file. @throws when it cannot be parsed. */
export function syntaxOf(path: string): Syntax {
  const text = textOf(path);
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const found: Mutable<Syntax> = { imports: [], functions: [], casts: [], texts: [], usesEnvironment: false };
  new Visitor({
    ...importVisitors(found),
    ...functionVisitors(found, lineOf),
    ...castVisitors(found, { path, lines: text.split("\n"), lineOf }),
    Literal: (node) => {
      if (typeof node.value === "string") found.texts.push(node.value);
    },
    TemplateElement: (node) => found.texts.push(node.value.raw),
    MemberExpression: ({ object, property }) => {
      const isEnvironment = "name" in property && property.name === "env";
      if (isEnvironment && object.type === "Identifier" && object.name === "process") found.usesEnvironment = true;
    },
  }).visit(program);
  return found;
}

type Visitors = NonNullable<ConstructorParameters<typeof Visitor>[0]>;

function importVisitors(found: Mutable<Syntax>): Visitors {
  const add = ({ source }: { readonly source: object | null }): void => {
    if (source !== null && "value" in source) found.imports.push(String(source.value));
  };
  return {
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  };
}

function functionVisitors(found: Mutable<Syntax>, lineOf: (offset: number) => number): Visitors {
  const add = (node: AnyFunction): void => {
    const line = lineOf(node.start);
    found.functions.push({ line, lines: lineOf(node.end) - line + 1, parameters: node.params.length });
  };
  return { FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add };
}

/** A parser's result is what it has just checked; elsewhere a cast needs a reason beside it. */
function castVisitors(
  found: Mutable<Syntax>,
  source: { readonly path: string; readonly lines: readonly string[]; lineOf(offset: number): number },
): Visitors {
  const parsers = /(^|\/)parse[^/]*$/.test(source.path) ? [""] : [];
  const add = (node: { readonly end: number }): void => {
    const line = source.lineOf(node.end);
    const isExplained = /\/\/|\*\//.test(source.lines[line - 1] ?? "");
    if (parsers.length === 0 && !isExplained) found.casts.push(line);
  };
  const isParser = (node: FunctionNode): boolean => node.id?.name.startsWith("parse") === true;
  return {
    FunctionDeclaration: (node) => void (isParser(node) && parsers.push(node.id?.name ?? "")),
    "FunctionDeclaration:exit": (node) => void (isParser(node) && parsers.pop()),
    TSAsExpression: (node) => {
      const { typeAnnotation: type } = node;
      const isConst =
        type.type === "TSTypeReference" && type.typeName.type === "Identifier" && type.typeName.name === "const";
      if (!isConst) add(node);
    },
    TSTypeAssertion: add,
  };
}
