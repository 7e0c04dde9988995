/** See `source-map.mjs`. */
export const ROOMS: Readonly<Record<string, readonly string[]>>;
export function isRootFile(room: string): boolean;
export function allowedOf(room: string): readonly string[];
export function importRules(): readonly object[];
