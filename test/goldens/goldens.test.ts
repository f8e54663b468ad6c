/**
 * The screens of the wireframes look as they did, and tell a screen reader what they
 * did. A change that is meant: `npm run goldens`, then look at what changed.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { LOOKS, openGallery, TREES, type Gallery } from "./draw.ts";

/** Of the pixels; more is a change. */
const MOST_DIFFERENT = 0.001;
/** Two colours that are farther apart than this (of 1) are two. */
const COLOUR = 0.02;
const FAULTS = ".test-results/goldens";
const folder = import.meta.dirname;

let gallery: Gallery;
before(async () => {
  gallery = await openGallery();
});
after(() => gallery?.close());

/** Writes what was expected, what was drawn, and where they differ, side by side; tells where. */
function sideBySide(name: string, expected: PNG, drawn: PNG): string {
  const [width, height] = [Math.max(expected.width, drawn.width), Math.max(expected.height, drawn.height)];
  const both = new PNG({ width: width * 3, height });
  PNG.bitblt(expected, both, 0, 0, expected.width, expected.height, 0, 0);
  PNG.bitblt(drawn, both, 0, 0, drawn.width, drawn.height, width, 0);
  if (expected.width === drawn.width && expected.height === drawn.height) {
    const difference = new PNG({ width, height });
    pixelmatch(expected.data, drawn.data, difference.data, width, height, { threshold: COLOUR, includeAA: true });
    PNG.bitblt(difference, both, 0, 0, width, height, width * 2, 0);
  }
  mkdirSync(FAULTS, { recursive: true });
  const file = join(FAULTS, `${name}.png`);
  writeFileSync(file, PNG.sync.write(both));
  return file;
}

for (const { name } of LOOKS) {
  test(`the picture ${name} is as it was looked at and kept`, async () => {
    const expected = PNG.sync.read(readFileSync(join(folder, `${name}.png`)));
    const { width, height, data } = await gallery.picture(name);
    const drawn = new PNG({ width, height });
    drawn.data = Buffer.from(data);
    const isSameSize = expected.width === width && expected.height === height;
    const different = isSameSize ? pixelmatch(expected.data, drawn.data, undefined, width, height, { threshold: COLOUR, includeAA: true }) : width * height;
    if (different > MOST_DIFFERENT * width * height) assert.fail(`${((100 * different) / (width * height)).toFixed(2)} % of the pixels differ: expected, drawn and difference are side by side in ${sideBySide(name, expected, drawn)}. If the change is meant: npm run goldens -- ${name}`);
  });
}

for (const screen of TREES) {
  test(`what a screen reader is told of ${screen} is as it was read and kept`, async () => {
    assert.equal(await gallery.tree(screen), readFileSync(join(folder, `${screen}.tree.txt`), "utf8"), `if the change is meant: npm run goldens -- ${screen}`);
  });
}

test("pictures and trees are kept small: at most 1 MB in all, and none that nothing draws", () => {
  const kept = readdirSync(folder).filter((file) => !file.endsWith(".ts"));
  assert.deepEqual(kept.toSorted(), [...LOOKS.map(({ name }) => `${name}.png`), ...TREES.map((screen) => `${screen}.tree.txt`)].toSorted());
  const bytes = kept.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  assert.ok(bytes <= 1_000_000, `${bytes} bytes`);
});
