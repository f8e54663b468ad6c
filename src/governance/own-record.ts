/**
 * What a person is not shown of their own record unless somebody has looked at it:
 * professionals' notes to themselves and each other, opinions, what is about or from
 * somebody else, what its source marked (REC-42; governance: Data Protection Act 2018,
 * Schedule 2 part 3 on others' information, Schedule 3 part 2 on serious harm). And who may release it.
 */
import { Type, type Static } from "typebox";
import { LabelName, OdsCode, Slug, Words, closed } from "./fields.ts";

/** Whose act releases an entry; in this order a later one is stricter. */
export const RELEASERS = ["author", "officer", "nobody"] as const;
export type Releaser = (typeof RELEASERS)[number];

const KeptBack = Type.Object(
  {
    id: Slug,
    /** What such an entry is, in words that go on from "This is". */
    words: Words,
    /** An entry is of this kind where one of these holds. */
    labels: Type.Optional(Type.Array(LabelName, { minItems: 1 })),
    codes: Type.Optional(Type.Array(Type.Object({ system: Words, code: Words }, closed), { minItems: 1 })),
    opinion: Type.Optional(Type.Literal(true)),
    saidBy: Type.Optional(Type.Array(Type.Enum(["carer", "relative", "professional", "system"]), { minItems: 1 })),
    /** `author`: whom the source names as its author, or the officer; `officer`: the officer alone; `nobody`: it is not released here. */
    release: Type.Enum([...RELEASERS]),
  },
  closed,
);
export type KeptBack = Static<typeof KeptBack>;

export const OwnRecordSchema = Type.Object(
  {
    keptBack: Type.Array(KeptBack, { minItems: 1 }),
    /** Professionals who release what their organisation wrote, by organisation. */
    officers: Type.Array(Type.Object({ organisation: OdsCode, professional: Words }, closed)),
  },
  closed,
);
export type OwnRecordRules = Readonly<Static<typeof OwnRecordSchema>>;
