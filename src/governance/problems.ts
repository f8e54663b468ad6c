/** One thing wrong with a region pack: which file, where in it, and what to change. */
export type RegionFault = {
  /** File name inside its folder, for example `organisations.json`. */
  readonly file: string;
  /** JSON pointer in that file, for example `/3/agreement/validTo`; empty for the file itself. */
  readonly path: string;
  readonly code:
    | "governance.file-missing"
    | "governance.not-json"
    | "governance.schema"
    | "governance.duplicate"
    | "governance.unknown-reference"
    | "governance.contradiction"
    | "governance.policy"
    | "governance.policy-not-approved";
  readonly message: string;
};

/** True when `loadRegion` answered with faults instead of a region. */
export function isRegionFaults(value: unknown): value is RegionFault[] {
  return Array.isArray(value);
}

/** The faults as lines for a terminal, one a line. */
export function faultLines(faults: readonly RegionFault[]): string {
  return faults.map((fault) => `${fault.file}${fault.path === "" ? "" : ` ${fault.path}`}: ${fault.message} (${fault.code})`).join("\n");
}
