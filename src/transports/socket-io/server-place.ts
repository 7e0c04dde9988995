/** Where a Socket.IO server listens. */
export interface ServerPlace {
  readonly port: number;
  readonly path: string;
}

/** The path as Engine.IO compares it, whatever slashes it was written with. */
export function comparedPath(path: string): string {
  return `${path.replace(/\/$/, '')}/`;
}

/** A name for a place: servers with the same name are one server. */
export function placeOf({ port, path }: ServerPlace): string {
  return `${port} ${comparedPath(path)}`;
}
