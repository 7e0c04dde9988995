/** Options of the schematic. What the caller did not choose is undefined. */
export interface NestAddOptions {
  readonly auth?: string;
  readonly namespace?: string;
  readonly async?: boolean;
  readonly example?: boolean;
  readonly module?: string;
  readonly project?: string;
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
  readonly skipCollection?: boolean;
}
