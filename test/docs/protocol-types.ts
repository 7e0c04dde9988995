import { join } from 'node:path';
import ts from 'typescript';

/** A field of a message, as the types have it. */
export interface Field {
  readonly name: string;
  readonly required: boolean;
}

/** Reads the interfaces of `src/protocol`, which have no existence at run time. */
export class ProtocolTypes {
  readonly #checker: ts.TypeChecker;
  readonly #sources: readonly ts.SourceFile[];

  constructor() {
    const folder = join(process.cwd(), 'src/protocol');
    const entries = ['streaming-gateway-events.ts', 'stream-update.ts'].map((file) =>
      join(folder, file),
    );
    const program = ts.createProgram(entries, {
      strict: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      exactOptionalPropertyTypes: true,
      types: [],
    });
    this.#checker = program.getTypeChecker();
    this.#sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  }

  /** The names of the members of an interface. */
  membersOf(interfaceName: string): string[] {
    return this.#declared(interfaceName)
      .getProperties()
      .map(({ name }) => name);
  }

  /** The fields of an interface. */
  fieldsOf(interfaceName: string): Field[] {
    return this.#fields(this.#declared(interfaceName));
  }

  /** The fields of the first parameter of an interface's method. */
  payloadOf(interfaceName: string, method: string): Field[] {
    return this.#fields(this.#parameter(interfaceName, method, 0));
  }

  /** The fields of what the acknowledgement of a client event carries besides `ok`. */
  answerOf(event: string): Field[] {
    const callback = this.#parameter('ClientToServerEvents', event, 1);
    const answer = callback.aliasTypeArguments?.[0];
    if (!answer) throw new Error(`The second parameter of ${event} is no AckCallback.`);
    return this.#fields(answer);
  }

  #declared(interfaceName: string): ts.Type {
    for (const source of this.#sources) {
      const declaration = source.statements.find(
        (statement) =>
          ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName,
      );
      if (declaration) return this.#checker.getTypeAtLocation(declaration);
    }
    throw new Error(`src/protocol has no interface ${interfaceName}.`);
  }

  #parameter(interfaceName: string, method: string, index: number): ts.Type {
    const member = this.#declared(interfaceName).getProperty(method);
    const declaration = member?.valueDeclaration;
    if (!declaration || !ts.isMethodSignature(declaration))
      throw new Error(`${interfaceName} has no method ${method}.`);
    const parameter = declaration.parameters[index]?.type;
    if (!parameter) throw new Error(`${method} has no parameter ${index}.`);
    return this.#checker.getTypeFromTypeNode(parameter);
  }

  #fields(type: ts.Type): Field[] {
    return this.#checker.getPropertiesOfType(type).map((property) => ({
      name: property.name,
      required: (property.flags & ts.SymbolFlags.Optional) === 0,
    }));
  }
}
