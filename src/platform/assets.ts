/**
 * The few files that pages load: one stylesheet, one small script, one for passkeys, a few icons.
 * They are served from `/assets/` under a name that carries a hash of the
 * content, so that browsers keep them for ever and a new release is seen at once.
 * The NHS stylesheet comes without its web font and its logo, whose use is
 * reserved, and nothing is fetched from another host.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";

type Asset = { readonly type: string; readonly plain: Buffer; readonly gzip: Buffer; readonly brotli: Buffer };

export type Assets = {
  /** Address of the stylesheet. */
  readonly stylesheet: string;
  /** Address of the script. */
  readonly script: string;
  /** Address of the script that makes and uses passkeys; on the few pages that do. */
  readonly passkeyScript: string;
  /** Address of the icon that browsers show in a tab. */
  readonly icon: string;
  /** Everything that `/assets/` serves, by file name. */
  readonly files: ReadonlyMap<string, Asset>;
};

const ICONS = ["nhsuk-icon-arrow-down.svg", "nhsuk-icon-arrow-up-down.svg", "nhsuk-icon-arrow-up.svg", "nhsuk-icon-cross.svg"] as const;

/** Reads, hashes and compresses the files; once, at start. */
export function loadAssets(): Assets {
  const files = new Map<string, Asset>();
  const add = (name: string, extension: string, type: string, content: Buffer): string => {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const file = `${name}.${hash}.${extension}`;
    files.set(file, {
      type,
      plain: content,
      gzip: gzipSync(content, { level: 9 }),
      brotli: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    });
    return `/assets/${file}`;
  };

  let nhs = readFileSync(fileURLToPath(import.meta.resolve("nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.css")), "utf8")
    .replace(/@font-face\{[^}]*\}/g, "")
    .replaceAll("Frutiger W01,", "")
    .replace(/\/\*# sourceMappingURL=.*?\*\//g, "");
  for (const icon of ICONS) {
    const content = readFileSync(fileURLToPath(import.meta.resolve(`nhsuk-frontend/dist/nhsuk/assets/images/${icon}`)));
    nhs = nhs.replaceAll(`/assets/images/${icon}`, add(icon.replace(".svg", ""), "svg", "image/svg+xml", content));
  }
  if (/https?:\/\/assets\.nhs\.uk/.test(nhs)) throw new Error("assets: the NHS stylesheet still points to another host");
  const own = readFileSync(new URL("./assets/record.css", import.meta.url), "utf8");
  const script = Buffer.concat(["swap.js", "live.js"].map((file) => readFileSync(new URL(`./assets/${file}`, import.meta.url))));
  return {
    stylesheet: add("record", "css", "text/css; charset=utf-8", Buffer.from(`${nhs}\n${minified(own)}`)),
    icon: add("icon", "svg", "image/svg+xml", readFileSync(new URL("./assets/icon.svg", import.meta.url))),
    script: add("swap", "js", "text/javascript; charset=utf-8", script),
    passkeyScript: add("passkey", "js", "text/javascript; charset=utf-8", readFileSync(new URL("./assets/passkey.js", import.meta.url))),
    files,
  };
}

/** Comments and line breaks of our own stylesheet go; nothing cleverer. */
function minified(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s*\n\s*/g, "");
}

/** Serves `/assets/:file`; needs no sign-in and holds no person data. */
export function serveAssets(app: FastifyInstance, assets: Assets): void {
  app.get<{ Params: { file: string } }>("/assets/:file", async (request, reply) => {
    const asset = assets.files.get(request.params.file);
    if (asset === undefined) return reply.code(404).type("text/plain; charset=utf-8").send("Not found\n");
    const accepts = String(request.headers["accept-encoding"] ?? "");
    reply.type(asset.type).header("cache-control", "public, max-age=31536000, immutable").header("vary", "accept-encoding");
    if (/\bbr\b/.test(accepts)) return reply.header("content-encoding", "br").send(asset.brotli);
    if (/\bgzip\b/.test(accepts)) return reply.header("content-encoding", "gzip").send(asset.gzip);
    return reply.send(asset.plain);
  });
}
