/** A fault that a schema finds. */
export interface StandardSchemaIssue {
  /** The description of the fault. */
  readonly message: string;
  /** The path to the value with the fault. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The result of validating a value. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/**
 * A schema of any library that follows https://standardschema.dev, such as Zod, Valibot or ArkType.
 *
 * @publicApi
 */
export interface StandardSchema<Output = unknown> {
  /** The interface of the standard. */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
  };
}
