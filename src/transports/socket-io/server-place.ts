/** Where a Socket.IO server listens. */
export interface ServerPlace {
  readonly port: number;
  readonly path: string;
}

/** The path in the form in which Engine.IO compares it, with normalized slashes. */
export function comparedPath(path: string): string {
  return `${path.replace(/\/$/, '')}/`;
}

/** A name for a place: servers with the same name are one server. */
export function placeOf({ port, path }: ServerPlace): string {
  return `${port} ${comparedPath(path)}`;
}
