/** Reads a region pack and its overlays; answers with the region or with every fault at once. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static, type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { OrganisationSchema } from "./organisation.ts";
import { FeedSchema } from "./feed.ts";
import { FileLayoutSchema, type FileLayout } from "./file-layout.ts";
import { RoleSchema } from "./role.ts";
import { MatrixSchema } from "./matrix.ts";
import { ProfessionalSchema } from "./professional.ts";
import { HostSchema } from "./host.ts";
import { SummaryViewsSchema } from "./summary-view.ts";
import { OwnRecordSchema } from "./own-record.ts";
import { PurposeSchema } from "./purpose.ts";
import { LetterTemplateSchema, type LetterTemplate } from "./letter-template.ts";
import { ConfidentialityCodeSchema } from "./confidentiality.ts";
import { CodeMapSchema } from "./code-map.ts";
import { ApprovalSchema } from "./access-policy.ts";
import { RegionSchema } from "./rules.ts";
import { checkReferences } from "./check.ts";
import { regionOf, type Region, type RegionData } from "./region.ts";
import type { RegionFault } from "./problems.ts";

/** Files of a pack that are lists, and may be added to by an overlay. */
const lists = {
  organisations: Compile(Type.Array(OrganisationSchema)),
  feeds: Compile(Type.Array(FeedSchema)),
  roles: Compile(Type.Array(RoleSchema)),
  professionals: Compile(Type.Array(ProfessionalSchema)),
  hosts: Compile(Type.Array(HostSchema)),
  purposes: Compile(Type.Array(PurposeSchema)),
  "code-maps": Compile(Type.Array(CodeMapSchema)),
};
type ListName = keyof typeof lists;

const matrixFile = Compile(MatrixSchema);
const regionFile = Compile(RegionSchema);
const anything = Compile(Type.Unknown());
const layoutFile = Compile(FileLayoutSchema);
const summaryFile = Compile(SummaryViewsSchema);
const ownRecordFile = Compile(OwnRecordSchema);
const approvalFile = Compile(ApprovalSchema);
const confidentialityFile = Compile(ConfidentialityCodeSchema);
const letterFile = Compile(LetterTemplateSchema);

/** An overlay may add these, and layouts of files; rules, roles, matrix and policies stay the region's own. */
const OVERLAY_FILES: readonly ListName[] = ["organisations", "feeds", "professionals", "hosts", "code-maps"];

type Validator<T extends TSchema> = { Check(value: unknown): boolean; Errors(value: unknown): { instancePath: string; message: string; keyword: string }[]; readonly type?: T };

/** Collects faults while files are read, and the digest of everything that was read. */
class Reading {
  readonly faults: RegionFault[] = [];
  readonly #hash = createHash("sha256");

  text(dir: string, file: string): string | undefined {
    const path = join(dir, file);
    if (!existsSync(path)) {
      this.faults.push({ file, path: "", code: "governance.file-missing", message: `is missing from ${dir}` });
      return undefined;
    }
    const text = readFileSync(path, "utf8");
    this.#hash.update(`${file}\0${text}\0`);
    return text;
  }

  json<T extends TSchema>(dir: string, file: string, validator: Validator<T>): Static<T> | undefined {
    const text = this.text(dir, file);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.faults.push({ file, path: "", code: "governance.not-json", message: (error as Error).message });
      return undefined;
    }
    if (validator.Check(value)) return value as Static<T>;
    for (const error of validator.Errors(value)) {
      // A closed object reports the unknown key twice; the key's own message says nothing.
      if (error.keyword === "boolean") continue;
      this.faults.push({ file, path: error.instancePath, code: "governance.schema", message: error.message });
    }
    return undefined;
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}

/**
 * Loads a region pack.
 * @param dir folder of the pack, for example `regions/kent-medway`
 * @param overlays folders that add organisations, feeds, professionals, hosts or code maps (tests, benches)
 * @returns the region, or every fault found; a pack with one fault is not used at all
 */
export function loadRegion(dir: string, overlays: readonly string[] = []): Region | RegionFault[] {
  const reading = new Reading();
  const rules = reading.json(dir, "region.json", regionFile as Validator<typeof RegionSchema>);
  const matrix = reading.json(dir, "matrix.json", matrixFile as Validator<typeof MatrixSchema>);
  const summaryViews = reading.json(dir, "summary.json", summaryFile as Validator<typeof SummaryViewsSchema>);
  const ownRecord = reading.json(dir, "own-record.json", ownRecordFile as Validator<typeof OwnRecordSchema>);
  const confidentiality = reading.json(dir, "confidentiality.json", confidentialityFile as Validator<typeof ConfidentialityCodeSchema>);
  const read = <T extends TSchema>(name: ListName): Static<T>[] => {
    const validator = lists[name] as unknown as Validator<T>;
    const own = (reading.json(dir, `${name}.json`, validator) ?? []) as Static<T>[];
    if (!OVERLAY_FILES.includes(name)) return own;
    const added = overlays
      .filter((overlay) => existsSync(join(overlay, `${name}.json`)))
      .flatMap((overlay) => (reading.json(overlay, `${name}.json`, validator) ?? []) as Static<T>[]);
    return [...own, ...added];
  };
  const data = {
    directory: dir,
    organisations: read<typeof OrganisationSchema>("organisations"),
    feeds: read<typeof FeedSchema>("feeds"),
    roles: read<typeof RoleSchema>("roles"),
    professionals: read<typeof ProfessionalSchema>("professionals"),
    hosts: read<typeof HostSchema>("hosts"),
    purposes: read<typeof PurposeSchema>("purposes"),
    codeMaps: read<typeof CodeMapSchema>("code-maps"),
    layouts: [dir, ...overlays].flatMap((each) => readLayouts(each, reading)),
    letters: readLetters(dir, reading),
    policies: readPolicies(dir, reading),
    approval: existsSync(join(dir, "policies", "approval.json")) ? (reading.json(dir, "policies/approval.json", approvalFile as Validator<typeof ApprovalSchema>) ?? null) : null,
    linkage: readLinkage(dir, reading),
    monitoring: readMonitoring(dir, reading),
  };
  // References are only worth checking in files that could be read.
  if (reading.faults.length > 0 || rules === undefined || matrix === undefined || confidentiality === undefined || summaryViews === undefined || ownRecord === undefined) return reading.faults;
  const whole: RegionData = { ...data, rules, matrix, confidentiality, summaryViews, ownRecord, fingerprint: reading.digest() };
  const faults = checkReferences(whole);
  return faults.length > 0 ? faults : regionOf(whole);
}

/** One file a layout, in `layouts/`; a pack without files of feeds has none. */
function readLayouts(dir: string, reading: Reading): FileLayout[] {
  const folder = join(dir, "layouts");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort() : [];
  return files.flatMap((name) => reading.json(dir, `layouts/${name}`, layoutFile as Validator<typeof FileLayoutSchema>) ?? []);
}

/** One file a letter, in `letters/`. */
function readLetters(dir: string, reading: Reading): LetterTemplate[] {
  const folder = join(dir, "letters");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).sort() : [];
  return files.flatMap((name) => reading.json(dir, `letters/${name}`, letterFile as Validator<typeof LetterTemplateSchema>) ?? []);
}

/** `linkage/`: read here, checked by `#identity`, which alone knows what it means. */
function readLinkage(dir: string, reading: Reading): RegionData["linkage"] {
  const folder = join(dir, "linkage");
  if (!existsSync(folder)) return null;
  const [spec, model, names] = ["spec.json", "model.json", "names.json"].map((file) => reading.json(folder, file, anything as Validator<TSchema>));
  return { spec, model, names };
}

/** `monitoring/`: read here, checked by `#monitoring`, which alone knows what it means. Policies are documents for people. */
function readMonitoring(dir: string, reading: Reading): RegionData["monitoring"] {
  const folder = join(dir, "monitoring");
  if (!existsSync(folder)) return null;
  const [settings, staff, wellKnown, controls] = ["settings.json", "staff.json", "well-known.json", "controls.json"].map((file) => reading.json(folder, file, anything as Validator<TSchema>));
  const documents = readdirSync(folder).filter((name) => name.endsWith(".md")).sort();
  return { settings, staff, wellKnown, controls, policies: documents.map((name) => ({ name: name.slice(0, -3), text: reading.text(folder, name) ?? "" })) };
}

function readPolicies(dir: string, reading: Reading): RegionData["policies"] {
  const folder = join(dir, "policies");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".cedar")).sort() : [];
  if (files.length === 0) reading.faults.push({ file: "policies", path: "", code: "governance.file-missing", message: "holds no .cedar file" });
  return {
    schema: reading.text(folder, "schema.cedarschema") ?? "",
    files: files.map((name) => ({ name: `policies/${name}`, text: reading.text(folder, name) ?? "" })),
  };
}
