/** Role by section: who may see what, deny by default; and where each label may occur. */
import { Type, type Static } from "typebox";
import { SECTIONS, LABELS, type Label, type SectionId } from "#standards";
import { Words, Slug, Section, closed } from "./fields.ts";

const LabelRule = Type.Object(
  {
    words: Words,
    /** The only sections in which a row may carry this label: intake holds it, and the caveats rest on it. */
    sections: Type.Union([Type.Literal("all"), Type.Array(Section)]),
    /** An entry that carries it is opened only after the reader has been asked once more (ACC-14). */
    confirm: Type.Optional(Type.Literal(true)),
  },
  closed,
);

const RoleRow = Type.Object(
  {
    role: Slug,
    sees: Type.Union([Type.Literal("all"), Type.Array(Section)]),
    /** Sections that it sees, in which policy may hold rows back: no bare negative is shown there. */
    mayWithhold: Type.Array(Section),
  },
  closed,
);

export const MatrixSchema = Type.Object(
  {
    labels: Type.Object(Object.fromEntries(LABELS.map((label) => [label, LabelRule])) as Record<Label, typeof LabelRule>, closed),
    roles: Type.Array(RoleRow),
  },
  closed,
);

export type Matrix = Readonly<Static<typeof MatrixSchema>>;

/** What one role sees, as sets. */
export type SectionRights = { readonly sees: ReadonlySet<SectionId>; readonly mayWithhold: ReadonlySet<SectionId> };

const everySection: readonly SectionId[] = SECTIONS.map((section) => section.id);

/** `"all"` written out. */
export function sectionsOf(list: "all" | readonly SectionId[]): readonly SectionId[] {
  return list === "all" ? everySection : list;
}

/** True when a row of this section may carry this label. */
export function labelMayOccur(matrix: Matrix, label: Label, section: SectionId): boolean {
  const { sections } = matrix.labels[label];
  return sections === "all" || sections.includes(section);
}

/**
 * The sections in which a role that holds only `labels` could have rows held
 * back. The matrix has to name at least these (see `check.ts`): a caveat that
 * is missing would turn a withheld fact into "none".
 */
export function sectionsThatCouldWithhold(matrix: Matrix, sees: readonly SectionId[], labels: readonly Label[]): SectionId[] {
  const lacking = LABELS.filter((label) => !labels.includes(label));
  return sees.filter((section) => lacking.some((label) => labelMayOccur(matrix, label, section)));
}
