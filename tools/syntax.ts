import { parseSync, Visitor, type ArrowFunctionExpression, type Function as FunctionNode } from "oxc-parser";

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

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Found {
  readonly imports: string[];
  readonly functions: (Span & { readonly name: string; readonly parameters: number })[];
  readonly casts: Span[];
  readonly texts: string[];
  environments: number;
}

/** Reads one source file. @throws when it cannot be parsed. */
export function syntaxOf(path: string, text: string): Syntax {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: Found = { imports: [], functions: [], casts: [], texts: [], environments: 0 };
  visitorOf(found).visit(program);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  return {
    imports: found.imports,
    functions: found.functions.map(({ start, end, parameters }) => {
      return { line: lineOf(start), lines: lineOf(end) - lineOf(start) + 1, parameters };
    }),
    casts: unexplainedCasts(path, text, found).map(({ end }) => lineOf(end)),
    texts: found.texts,
    usesEnvironment: found.environments > 0,
  };
}

/** A parser returns what it has just checked; elsewhere a cast needs its reason beside it. */
function unexplainedCasts(path: string, text: string, found: Found): readonly Span[] {
  if (/(^|\/)parse[^/]*$/.test(path)) return [];
  const parsers = found.functions.filter(({ name }) => name.startsWith("parse"));
  return found.casts.filter((cast) => {
    const inParser = parsers.some(({ start, end }) => start <= cast.start && cast.end <= end);
    const restOfLine = text.slice(cast.end).split("\n", 1)[0] ?? "";
    return !inParser && !restOfLine.includes("//");
  });
}

function visitorOf(found: Found): Visitor {
  const addImport = ({ source }: { readonly source: object | null }): void => {
    if (source !== null && "value" in source) found.imports.push(String(source.value));
  };
  const addFunction = (node: FunctionNode | ArrowFunctionExpression): void => {
    const { start, end, params } = node;
    found.functions.push({ start, end, name: node.id?.name ?? "", parameters: params.length });
  };
  return new Visitor({
    ImportDeclaration: addImport,
    ExportNamedDeclaration: addImport,
    ExportAllDeclaration: addImport,
    ImportExpression: addImport,
    TSImportType: addImport,
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    TSAsExpression: ({ start, end, typeAnnotation: type }) => {
      const name = type.type === "TSTypeReference" && type.typeName.type === "Identifier" ? type.typeName.name : "";
      if (name !== "const") found.casts.push({ start, end });
    },
    TSTypeAssertion: ({ start, end }) => void found.casts.push({ start, end }),
    Literal: ({ value }) => {
      if (typeof value === "string") found.texts.push(value);
    },
    TemplateElement: ({ value }) => void found.texts.push(value.raw),
    MemberExpression: ({ object, property }) => {
      const isEnvironment = "name" in property && property.name === "env";
      if (isEnvironment && object.type === "Identifier" && object.name === "process") found.environments += 1;
    },
  });
}
