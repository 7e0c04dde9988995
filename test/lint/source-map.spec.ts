import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { allowedOf, isRootFile, ROOMS } from '../../scripts/source-map.mjs';

const root = process.cwd();
const rooms = Object.keys(ROOMS);
const run = promisify(execFile);

/** Where a file of a room stands, and how it names a file of another room. */
const fileIn = (room: string): string =>
  isRootFile(room) ? `src/${room}.ts` : `src/${room}/planted.ts`;
const importOf = (from: string, to: string): string => {
  const target = isRootFile(to) ? `${to}.js` : `${to}/planted.js`;
  return `import '${isRootFile(from) ? './' : '../'}${target}';\n`;
};

describe('the source map', () => {
  it('has a line for every folder and every file at the root of src', async () => {
    const entries = await readdir('src', { withFileTypes: true });
    const found = entries
      .filter(({ name }) => !name.endsWith('.spec.ts'))
      .map((entry) => (entry.isDirectory() ? entry.name : entry.name.replace(/\.ts$/, '')));
    expect(rooms.toSorted()).toEqual(found.toSorted());
  });

  it('is the table of CONTRIBUTING.md', async () => {
    const page = await readFile('CONTRIBUTING.md', 'utf8');
    const named = [...page.matchAll(/^\| `src\/([\w.-]+?)(?:\/|\.ts)`/gm)].map(([, name]) =>
      String(name),
    );
    expect(named.toSorted()).toEqual(rooms.toSorted());
  });

  it('has one entrance to the room of 0.x, and the types of its options in the public API', () => {
    expect(rooms.filter((room) => allowedOf(room).includes('legacy'))).toEqual([
      'streaming.module',
      'entries',
      'index',
    ]);
  });

  it('has no cycle', () => {
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      allowedOf(from).some((next) => {
        if (next === to) return true;
        if (seen.has(next)) return false;
        seen.add(next);
        return reaches(next, to, seen);
      });
    expect(rooms.filter((room) => reaches(room, room))).toEqual([]);
  });
});

describe('lint', () => {
  let project: string;

  beforeAll(async () => {
    project = await mkdtemp(path.join(tmpdir(), 'source-map-'));
    await Promise.all(
      ['node_modules', 'scripts', 'oxlint.config.mjs'].map((name) =>
        symlink(path.join(root, name), path.join(project, name)),
      ),
    );
  });
  afterAll(() => rm(project, { recursive: true }));

  /** The rooms in whose planted file lint finds a forbidden import. */
  async function refusedRooms(plants: ReadonlyMap<string, string>): Promise<string[]> {
    await rm(path.join(project, 'src'), { recursive: true, force: true });
    for (const [room, text] of plants) {
      const file = path.join(project, fileIn(room));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const oxlint = path.join(root, 'node_modules/.bin/oxlint');
    const args = ['-c', path.join(project, 'oxlint.config.mjs'), '--format=json', 'src'];
    const { stdout } = await run(oxlint, args, { cwd: project }).catch(
      (failure: { stdout: string }) => failure,
    );
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string }[];
    };
    const files = diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => filename);
    return rooms.filter((room) => files.includes(fileIn(room)));
  }

  it('refuses a forbidden import in every room', async () => {
    const plants = new Map<string, string>();
    for (const room of rooms) {
      const forbidden = rooms.filter((name) => name !== room && !allowedOf(room).includes(name));
      const target = forbidden.find((name) => !isRootFile(name)) ?? forbidden[0];
      if (target) plants.set(room, importOf(room, target));
    }
    expect(await refusedRooms(plants)).toEqual([...plants.keys()]);
    expect(rooms.filter((room) => !plants.has(room))).toEqual([]);
  });

  it('refuses the import of a file at the root of src in every folder that may not', async () => {
    const plants = new Map(
      rooms
        .filter((room) => !isRootFile(room) && !allowedOf(room).includes('streaming.module'))
        .map((room) => [room, importOf(room, 'streaming.module')]),
    );
    expect(await refusedRooms(plants)).toEqual([...plants.keys()]);
  });

  it('allows what the table allows', async () => {
    const plants = new Map(
      rooms.map((room) => [
        room,
        allowedOf(room)
          .map((target) => importOf(room, target))
          .join(''),
      ]),
    );
    expect(await refusedRooms(plants)).toEqual([]);
  });

  it('refuses LangChain outside of sources/langgraph', async () => {
    const folders = rooms.filter((room) => room !== 'common' && room !== 'protocol');
    const plants = new Map(folders.map((room) => [room, "import '@langchain/core/messages';\n"]));
    expect(await refusedRooms(plants)).toEqual(folders);
  });
});
