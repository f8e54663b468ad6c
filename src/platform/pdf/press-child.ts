/**
 * The child process of the press: one compiler, one document after the other.
 * The compiler remembers what it has set, which is somebody's record: its memory
 * is emptied after each document.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { Drawing } from "./drawing.ts";
import type { PressAnswer, PressWork } from "./press.ts";

/** One open family for all that the product sets: tells I, l and 1 apart, and has Latin, Greek, Cyrillic, Hebrew and Arabic. */
const FONTS = ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"];

const require = createRequire(import.meta.url);
const fonts = FONTS.map((file) => readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${file}`)));
const drawing = new Drawing(fonts);
const compiler = NodeCompiler.create({ workspace: import.meta.dirname, fontArgs: [{ fontBlobs: fonts }] });

/** The compiler's words without what it quotes: that is text of the document. */
const withoutQuotes = (words: string): string => words.replace(/`[^`]*`/gs, "...").replace(/"(?:[^"\\]|\\.)*"/gs, "...").slice(0, 500);

function make({ template, json, at }: PressWork): Uint8Array {
  const made = compiler.compile({ mainFileContent: template, inputs: { data: JSON.stringify(drawing.all(JSON.parse(json))) } });
  const { result } = made;
  if (result === null) throw new Error(made.takeDiagnostics()?.shortDiagnostics.map(({ message }) => String(message)).join("; "));
  return compiler.pdf(result, { pdfStandard: "ua-1", creationTimestamp: Math.floor(at / 1000) });
}

function answer(work: PressWork): PressAnswer {
  try {
    return { pdf: make(work), memory: process.memoryUsage.rss() };
  } catch (error) {
    return { fault: withoutQuotes(String((error as Error).message)), memory: process.memoryUsage.rss() };
  } finally {
    compiler.evictCache(0);
  }
}

process.on("message", (work: PressWork) => process.send!(answer(work)));
process.on("disconnect", () => process.exit());
