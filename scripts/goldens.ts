/**
 * `npm run goldens`: draws anew the pictures and accessibility trees that
 * `test/goldens/goldens.test.ts` compares with. Look at each that has changed before
 * you keep it: from then on it is what the page has to look like.
 * `npm run goldens -- summary` only those whose name holds "summary".
 */
import { writeFileSync } from "node:fs";
import { palettePng } from "#test/palette-png.ts";
import { LOOKS, openGallery, TREES } from "../test/goldens/draw.ts";

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((part) => name.includes(part));
const gallery = await openGallery();
try {
  for (const { name } of LOOKS.filter((look) => isWanted(look.name))) {
    const file = palettePng(await gallery.picture(name));
    writeFileSync(`test/goldens/${name}.png`, file);
    process.stdout.write(`test/goldens/${name}.png ${Math.ceil(file.length / 1000)} kB\n`);
  }
  for (const screen of TREES.filter(isWanted)) {
    writeFileSync(`test/goldens/${screen}.tree.txt`, await gallery.tree(screen));
    process.stdout.write(`test/goldens/${screen}.tree.txt\n`);
  }
} finally {
  await gallery.close();
}
