import type { DirectoryItem, ItemToStore, Patch, StatementToStore } from "#record";
import type { Resource } from "#standards";
import type { Demographics } from "#identity";
import type { FileToLoad } from "./file-load.ts";

/** What every map gives: FHIR R4 of source patients, ready for identity and store. */
export type Mapped = {
  patients: readonly MappedPatient[];
  /** Things of no person; references to them are `Type/<source key>` in the resources. */
  directory: readonly DirectoryItem[];
  /** What was understood but could not be used as sent: shown in quarantine beside the applied message. */
  marks: readonly Mark[];
  /** A file of rows: what it does to what its feed sent before is settled against the store. */
  file?: FileToLoad;
  /** Where the sender asked for an effect entry by entry: what each became, by its place. */
  entries?: readonly MappedEntry[];
  /** What the source deleted, where the message does not say whose it was: the store knows. */
  removed?: readonly Removed[];
  /** What references inside the message point at: `urn:uuid:x` or `Type/id` to type and source key. */
  targets?: ReadonlyMap<string, Target>;
  /** Local codes of clinical meaning that no map of the region knows. */
  unmappedCodes?: readonly UnmappedCode[];
};

/** `system` as the sender names it, empty where it names none. */
export type UnmappedCode = { system: string; code: string; display: string; count: number };

/** One entry of a bundle: its item in the store, of a patient (by local id) or of the directory; `resourceKey` null: not used. */
export type MappedEntry = { index: number; type: string; patient: string | null; resourceKey: string | null };

export type Target = { type: string; key: string; resource: Resource; /** True for what is nobody's though its type could be somebody's. */ isDirectory?: boolean; /** Its key in the store, where the map has made it already. */ resourceKey?: string };

export type MappedPatient = {
  /** The organisation's own id of its patient. */
  localId: string;
  demographics: Demographics | null;
  /** The source's time of the demographics (EVN-2, MSH-7, Bundle.timestamp). */
  at: Date;
  items: readonly ItemToStore[];
  statements?: readonly StatementToStore[];
  /** True where the message is the whole of what this feed holds of the patient. */
  snapshot?: boolean;
  /** Items whose source key begins so are no part of the snapshot: documents come beside a structured record. */
  snapshotKeeps?: string;
  /** A source's own merge: this local id is now that of the patient above (A34, A40). */
  obsoleteLocalId?: string;
  /** The source says that this local id and the patient above are one person, and keeps both (A24), or that they are two after all (A37). */
  sameAs?: { localId: string; is: boolean };
  /** The source has deleted this person's information (A29): what this feed gave is to go, with its history kept. */
  deletedAtSource?: true;
  /** Items that leave this patient, deleted at their source; `movedTo` is the local id of the patient, in the same message, whom they enter (A45). */
  removed?: readonly Removed[];
  /** Fields of items that are here already; everything else of them stays as it is. */
  patches?: readonly Patch[];
};

export type Removed = { type: string; sourceKey: string; movedTo?: string };

export type Mark = { code: string; why: string; place: string };

/** Why a message cannot be mapped at all: it is kept, and waits in quarantine. */
export type MapFault = { ok: false; marks: readonly Mark[] };
export type MapResult = { ok: true; mapped: Mapped } | MapFault;

/** `Type/key` taken apart, or `null` for an absolute, contained or empty reference. */
export function splitReference(reference: string): { type: string; key: string } | null {
  const slash = reference.indexOf("/");
  if (slash <= 0 || !/^[A-Z][A-Za-z]+$/.test(reference.slice(0, slash)) || reference.includes("://")) return null;
  return { type: reference.slice(0, slash), key: reference.slice(slash + 1).replace(/\/_history\/.*$/, "") };
}

/** Types that belong to no person. */
export const DIRECTORY_TYPES: ReadonlySet<string> = new Set(["Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Endpoint", "Schedule", "Slot", "Questionnaire", "ResearchStudy"]);

export type { Patch, Resource };
