/**
 * Rich Text Format (Microsoft, version 1.9.1) to plain structure: paragraphs,
 * tables, text styles, pictures that browsers draw. Embedded objects, fields'
 * instructions and drawings in other formats are left out and said. Reads once
 * from left to right with a stack of its own: groups nested without end cost
 * memory in proportion to the file and no more.
 */
import { Measure, tidied, type Block, type Cell, type Readable, type Run } from "./blocks.ts";
import { imageOf } from "./markup.ts";

/** Destinations that hold no words of the document. */
const SILENT: ReadonlySet<string> = new Set([
  "fonttbl", "colortbl", "stylesheet", "info", "listtable", "listoverridetable", "rsidtbl", "generator", "fldinst", "xmlnstbl", "themedata", "colorschememapping", "datastore", "latentstyles", "mmathpr", "pgdsctbl", "revtbl", "filetbl", "bkmkstart", "bkmkend", "template", "userprops", "tc", "xe", "nonshppict", "sp", "shpinst", "do", "background",
]);
const APART: Readonly<Record<string, "top" | "foot">> = { header: "top", headerl: "top", headerr: "top", headerf: "top", footer: "foot", footerl: "foot", footerr: "foot", footerf: "foot", footnote: "foot", annotation: "foot" };
const SYMBOLS: Readonly<Record<string, string>> = { emdash: "—", endash: "–", bullet: "•", lquote: "‘", rquote: "’", ldblquote: "“", rdblquote: "”", emspace: "\u2003", enspace: "\u2002", tab: "\t", line: "\n", lbr: "\n", page: "", softline: "\n", "~": "\u00a0", _: "\u2011", "-": "" };
/** `\fcharset` of a font to its encoding; Symbol (2) has none that could be told. */
const CHARSETS: Readonly<Record<number, string>> = { 0: "windows-1252", 77: "macintosh", 128: "shift_jis", 129: "euc-kr", 134: "gbk", 136: "big5", 161: "windows-1253", 162: "windows-1254", 163: "windows-1258", 177: "windows-1255", 178: "windows-1256", 186: "windows-1257", 204: "windows-1251", 222: "windows-874", 238: "windows-1250" };
const CODE_PAGES: Readonly<Record<number, string>> = { 874: "windows-874", 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 10000: "macintosh", 65001: "utf-8" };

type Where = "body" | "top" | "foot";
type State = { bold: boolean; italic: boolean; underline: boolean; struck: boolean; hidden: boolean; raised: "super" | "sub" | undefined; silent: boolean; picture: boolean; fonts: boolean; where: Where; skip: number; encoding: string };

/** One flow of text: paragraphs so far, the one on its way, and the table row on its way. */
class Flow {
  readonly blocks: Block[] = [];
  runs: Run[] = [];
  cell: Block[] = [];
  row: Cell[] = [];
  rows: Cell[][] = [];
  readonly #measure: Measure;
  constructor(measure: Measure) {
    this.#measure = measure;
  }

  /** Ends a paragraph; one that stands in a table goes into its cell. */
  paragraph(inTable: boolean): void {
    const runs = tidied(this.runs.map((run) => ({ ...run, text: run.text === "\n" ? "\n" : run.text.replaceAll("\t", "  ") })));
    this.runs = [];
    if (!inTable) this.endTable();
    if (runs.length > 0 && this.#measure.block()) (inTable ? this.cell : this.blocks).push({ kind: "paragraph", runs });
  }
  endCell(): void {
    this.paragraph(true);
    if (this.#measure.block()) this.row.push({ header: false, columns: 1, rows: 1, blocks: this.cell });
    this.cell = [];
  }
  endRow(): void {
    if (this.runs.length > 0) this.endCell();
    if (this.row.length > 0) this.rows.push(this.row);
    this.row = [];
  }
  endTable(): void {
    this.endRow();
    if (this.rows.length > 0) this.blocks.push({ kind: "table", caption: "", rows: this.rows });
    this.rows = [];
  }
  end(): readonly Block[] {
    this.paragraph(this.row.length > 0);
    this.endTable();
    return this.blocks;
  }
}

/** Reads RTF; what is no RTF gives an empty document. */
export function readRtf(bytes: Uint8Array): Readable {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const measure = new Measure();
  const flows: Record<Where, Flow> = { body: new Flow(measure), top: new Flow(measure), foot: new Flow(measure) };
  let state: State = { bold: false, italic: false, underline: false, struck: false, hidden: false, raised: undefined, silent: false, picture: false, fonts: false, where: "body", skip: 1, encoding: "windows-1252" };
  const stack: State[] = [];
  const fonts = new Map<number, string>();
  let [documentEncoding, font, inTable, atGroupStart, toSkip] = ["windows-1252", -1, false, false, 0];
  let pending: number[] = [];
  let picture = "";
  const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

  const say = (text: string): void => {
    if (state.silent || state.hidden || state.picture || text === "") return;
    const { bold, italic, underline, struck, raised } = state;
    flows[state.where].runs.push({ text: text === "\n" ? "\n" : measure.text(text), ...(bold && { bold }), ...(italic && { italic }), ...(underline && { underline }), ...(struck && { struck }), ...(raised && { raised }) } as Run);
  };
  /** Bytes of the document's code page are decoded together: a letter may be two of them. */
  const flush = (): void => {
    if (pending.length === 0) return;
    const decoder = decoders.get(state.encoding) ?? new TextDecoder(state.encoding);
    decoders.set(state.encoding, decoder);
    const text = decoder.decode(Uint8Array.from(pending));
    pending = [];
    say(text);
  };
  const byte = (code: number): void => {
    if (toSkip > 0) toSkip--;
    else pending.push(code);
  };
  const endPicture = (): void => {
    const image = imageOf(Buffer.from(picture.replace(/[^0-9a-f]/gi, ""), "hex"));
    picture = "";
    if (image === null) return void measure.leftOut.add("a picture in a format that is not drawn here");
    const flow = flows[state.where];
    flow.paragraph(inTable);
    if (measure.block()) (inTable ? flow.cell : flow.blocks).push({ kind: "image", image: measure.images.push(image) - 1, words: "" });
  };

  for (let at = 0; at < source.length && !measure.cut; ) {
    const character = source[at]!;
    if (character === "{") {
      flush();
      stack.push({ ...state });
      atGroupStart = true;
      at++;
      continue;
    }
    if (character === "}") {
      flush();
      const before = stack.pop();
      if (before === undefined) break;
      if (state.picture && !before.picture) {
        const { where } = state;
        state = before;
        if (!before.silent) {
          state.where = where;
          endPicture();
        }
      }
      if (state.where !== before.where) flows[state.where].paragraph(false);
      state = before;
      toSkip = 0;
      at++;
      continue;
    }
    if (character !== "\\") {
      at++;
      atGroupStart = false;
      if (character === "\r" || character === "\n") continue;
      if (state.picture) {
        const end = nextControl(source, at);
        picture += source.slice(at - 1, end);
        at = end;
      } else byte(character.charCodeAt(0));
      continue;
    }
    // A control: one symbol, or a word with a number.
    const next = source[at + 1] ?? "";
    if (next === "'") {
      const code = Number.parseInt(source.slice(at + 2, at + 4), 16);
      if (!Number.isNaN(code)) byte(code);
      at += 4;
      continue;
    }
    if (!/[a-z]/i.test(next)) {
      at += 2;
      if (next === "*") {
        // What a reader does not know after this may be passed over whole.
        const word = /^\s*\\([a-z]+)/i.exec(source.slice(at, at + 60))?.[1] ?? "";
        if (word !== "shppict" && word !== "pict") state.silent = true;
        continue;
      }
      atGroupStart = false;
      if (toSkip > 0 && next !== "\r" && next !== "\n") toSkip--;
      else if (next === "\\" || next === "{" || next === "}") byte(next.charCodeAt(0));
      else if (next === "\r" || next === "\n") {
        flush();
        flows[state.where].paragraph(inTable);
      } else if (SYMBOLS[next] !== undefined) {
        flush();
        say(SYMBOLS[next]);
      }
      continue;
    }
    const control = /^([a-z]{1,32})(-?\d{1,10})? ?/i.exec(source.slice(at + 1, at + 50))!;
    at += 1 + control[0].length;
    const word = control[1]!;
    const number = control[2] === undefined ? undefined : Number(control[2]);
    const on = number !== 0;
    if (word === "bin") {
      at += Math.max(0, number ?? 0);
      continue;
    }
    if (word === "u" && number !== undefined) {
      flush();
      const code = number < 0 ? number + 65536 : number;
      say(code >= 32 && code <= 0x10ffff ? String.fromCharCode(code) : "");
      toSkip = state.skip;
      continue;
    }
    flush();
    if (atGroupStart) {
      atGroupStart = false;
      if (SILENT.has(word)) state.silent = true;
      if (word === "fonttbl") state.fonts = true;
      if (word === "object") {
        state.silent = true;
        measure.leftOut.add("an embedded object");
      }
      if (word in APART && !state.silent) state.where = APART[word]!;
    }
    const flow = flows[state.where];
    switch (word) {
      case "ansicpg":
        documentEncoding = encodingOfPage(number ?? 1252);
        state.encoding = documentEncoding;
        break;
      case "mac":
        documentEncoding = "macintosh";
        state.encoding = documentEncoding;
        break;
      case "f":
        if (state.fonts) font = number ?? 0;
        else state.encoding = fonts.get(number ?? 0) ?? documentEncoding;
        break;
      case "fcharset":
        if (state.fonts && CHARSETS[number ?? 0] !== undefined && number !== 0) fonts.set(font, CHARSETS[number ?? 0]!);
        break;
      case "uc":
        state.skip = Math.min(8, Math.max(0, number ?? 1));
        break;
      case "b": state.bold = on; break;
      case "i": state.italic = on; break;
      case "ul": state.underline = on; break;
      case "ulnone": state.underline = false; break;
      case "strike": case "striked": case "deleted": state.struck = on; break;
      case "v": state.hidden = on; break;
      case "super": state.raised = on ? "super" : undefined; break;
      case "sub": state.raised = on ? "sub" : undefined; break;
      case "nosupersub": state.raised = undefined; break;
      case "plain": Object.assign(state, { bold: false, italic: false, underline: false, struck: false, hidden: false, raised: undefined, encoding: documentEncoding }); break;
      case "pard": inTable = false; break;
      case "intbl": inTable = true; break;
      case "par": case "sect":
        if (!state.silent) flow.paragraph(inTable);
        break;
      case "cell": case "nestcell":
        if (!state.silent) flow.endCell();
        break;
      case "row": case "nestrow":
        if (!state.silent) flow.endRow();
        break;
      case "pict":
        if (!state.silent) state.picture = true;
        break;
      default:
        if (SYMBOLS[word] !== undefined) say(SYMBOLS[word]);
    }
  }
  flush();
  const [top, body, foot] = (["top", "body", "foot"] as const).map((where) => flows[where].end());
  return measure.done([...top!, ...body!, ...(foot!.length > 0 ? [{ kind: "rule" } as const, ...foot!] : [])]);
}

function encodingOfPage(page: number): string {
  const name = CODE_PAGES[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : "windows-1252");
  return name;
}

/** Where hexadecimal data ends. */
function nextControl(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== "\\" && source[at] !== "{" && source[at] !== "}") at++;
  return at;
}
