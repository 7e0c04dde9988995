// Prints the table as JSON: one list a row, its text first.
import { CONTESTANTS } from './contestants.mjs';
import { ROWS } from './rows.mjs';

for (const { application, add } of Object.values(CONTESTANTS)) {
  const { error } = await add(await application(), {});
  if (error !== undefined) throw error;
}

const table = [];
for (const { text, cell } of ROWS) {
  const cells = [];
  for (const contestant of Object.values(CONTESTANTS)) cells.push(await cell(contestant));
  table.push([text, ...cells]);
}
console.log(JSON.stringify(table));
