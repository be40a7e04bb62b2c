// Prints, as JSON, what the vendor's published types say about the body of every call: the list of endpoints comes from
// `resources.json`, the shapes from `RawApiTypes.d.ts`, read with the TypeScript compiler. Run by `published.rs` with the
// folder that holds `node_modules` as its argument.
//
// A shape is one of: "any", "string", "number", "boolean", "null", {"literal": …} for one value,
// {"list": shape, "atLeast": count}, {"either": [shape, …]}, {"keys": {name: {required, shape}}, "open": bool}.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const modules = resolve(process.argv[2], 'node_modules');
const client = join(modules, '@datocms/cma-client');
const ts = createRequire(join(modules, 'x.js'))('typescript');

const file = join(client, 'dist/types/generated/RawApiTypes.d.ts');
const program = ts.createProgram([file], { strict: true, noLib: true, types: [] });
const checker = program.getTypeChecker();
const exported = new Map(
  checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)))
    .map((symbol) => [symbol.name, symbol]),
);

function shapeOf(node, seen) {
  if (ts.isParenthesizedTypeNode(node)) return shapeOf(node.type, seen);
  if (ts.isUnionTypeNode(node)) return { either: node.types.map((type) => shapeOf(type, seen)) };
  if (ts.isIntersectionTypeNode(node)) return 'any';
  if (ts.isArrayTypeNode(node)) return { list: shapeOf(node.elementType, seen), atLeast: 0 };
  if (ts.isTupleTypeNode(node)) {
    // Lists that are never empty: one, and more of the same.
    const one = node.elements.map((type) => (ts.isRestTypeNode(type) ? type.type.elementType : type));
    const shapes = one.map((type) => shapeOf(type, seen));
    const same = shapes.every((shape) => JSON.stringify(shape) === JSON.stringify(shapes[0]));
    return { list: same ? shapes[0] : { either: shapes }, atLeast: 1 };
  }
  if (ts.isLiteralTypeNode(node)) {
    if (node.literal.kind === ts.SyntaxKind.NullKeyword) return 'null';
    if (node.literal.kind === ts.SyntaxKind.TrueKeyword) return { literal: true };
    if (node.literal.kind === ts.SyntaxKind.FalseKeyword) return { literal: false };
    if (ts.isNumericLiteral(node.literal)) return { literal: Number(node.literal.text) };
    return { literal: node.literal.text };
  }
  // What holds for a caller who has declared no models of their own.
  if (ts.isConditionalTypeNode(node)) return shapeOf(node.falseType, seen);
  // The id of a declared model.
  if (ts.isIndexedAccessTypeNode(node)) return 'string';
  if (ts.isTypeLiteralNode(node)) return object(node.members, seen);
  if (ts.isTypeReferenceNode(node)) {
    const name = node.typeName.getText();
    if (name === 'Array') return { list: shapeOf(node.typeArguments[0], seen), atLeast: 0 };
    const symbol = exported.get(name);
    // What refers to itself is told once.
    if (!symbol || seen.includes(name)) return 'any';
    const declaration = symbol.declarations[0];
    const inner = [...seen, name];
    return ts.isInterfaceDeclaration(declaration)
      ? object(declaration.members, inner)
      : shapeOf(declaration.type, inner);
  }
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return 'string';
    case ts.SyntaxKind.NumberKeyword:
      return 'number';
    case ts.SyntaxKind.BooleanKeyword:
      return 'boolean';
    case ts.SyntaxKind.UnknownKeyword:
    case ts.SyntaxKind.AnyKeyword:
      return 'any';
    default:
      throw new Error(`not understood: ${node.getText()}`);
  }
}

function object(members, seen) {
  const keys = {};
  let open = false;
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) {
      open = true;
    } else {
      const name = member.name.text ?? member.name.getText();
      keys[name] = { required: !member.questionToken, shape: shapeOf(member.type, seen) };
    }
  }
  return { keys, open };
}

const calls = [];
for (const resource of JSON.parse(readFileSync(join(client, 'resources.json'), 'utf8'))) {
  resource.endpoints.forEach((endpoint, link) => {
    // Where models of one's own are declared more narrowly, what the service takes has a name of its own.
    const name = endpoint.requestBodyType;
    const symbol = exported.get(`${name}StableShell`) ?? exported.get(name);
    const declaration = symbol?.declarations[0];
    calls.push({
      name: `${resource.namespace}.${endpoint.name ?? endpoint.rawName}`,
      resource: resource.jsonApiType,
      link,
      method: endpoint.method,
      path: endpoint.urlTemplate,
      mayBeAbsent: endpoint.optionalRequestBody,
      body: declaration
        ? ts.isInterfaceDeclaration(declaration)
          ? object(declaration.members, [])
          : shapeOf(declaration.type, [endpoint.requestBodyType])
        : null,
    });
  });
}
process.stdout.write(JSON.stringify(calls));
