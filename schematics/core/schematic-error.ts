/** A refusal whose message says what to do. Thrown before anything is written. */
export class SchematicError extends Error {
  override readonly name: string = 'SchematicError';
}
