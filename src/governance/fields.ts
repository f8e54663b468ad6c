/** Field schemas that the files of a region pack have in common. */
import { Type } from "typebox";
import { SECTIONS, LABELS } from "#standards";
import { PURPOSES, ACTIONS } from "#decision";

/** Closed object: a key that the schema does not know is a fault, since it is most often a misspelling. */
export const closed = { additionalProperties: false } as const;

export const Words = Type.String({ minLength: 1 });
/** Calendar date, `2024-05-07`. */
export const IsoDate = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** ODS code, or a placeholder (`X-...`) where the published code is not known to the pack's author. */
export const OdsCode = Type.String({ pattern: "^[A-Z0-9][A-Z0-9-]{1,23}$" });
/** Kebab-case id, used in addresses and files. */
export const Slug = Type.String({ pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" });

/** Mailbox id at MESH, upper case. */
export const MeshMailbox = Type.String({ pattern: "^[A-Z0-9]{3,20}$" });
/** Workflow id at MESH: what kind of data a message carries. */
export const MeshWorkflow = Type.String({ pattern: "^[A-Za-z0-9_-]{1,100}$" });

export const Section = Type.Enum(SECTIONS.map((section) => section.id));
export const LabelName = Type.Enum([...LABELS]);
export const PurposeName = Type.Enum([...PURPOSES]);
export const ActionName = Type.Enum([...ACTIONS]);
