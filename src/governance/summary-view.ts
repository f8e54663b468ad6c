/** How the first page and the summary are laid out for a role: what stands first, what rises. Decides nothing about what may be seen. */
import { Type, type Static } from "typebox";
import { Slug, closed } from "./fields.ts";

/** The parts of the summary below the fixed ones. */
export const SUMMARY_PARTS = ["changed", "now", "problems", "results", "documents", "about", "plans"] as const;
export type SummaryPart = (typeof SUMMARY_PARTS)[number];

/** Parts of a professional's first page; the list of recently opened people and the search stand on every one. */
export const LANDING_PARTS = ["find", "recent", "wards", "caseload"] as const;
export type LandingPart = (typeof LANDING_PARTS)[number];

const View = Type.Object(
  {
    /** The first page, in its order; search and recently opened people follow where they are left out. */
    landing: Type.Optional(Type.Array(Type.Enum([...LANDING_PARTS]), { uniqueItems: true })),
    /** Parts that come first, in their order; those left out follow in the region's usual order, so that none is removed. */
    order: Type.Array(Type.Enum([...SUMMARY_PARTS]), { uniqueItems: true }),
    /** Plans stand among the fixed parts, under the escalation decision. */
    plansRise: Type.Optional(Type.Boolean()),
    /** What leads the current medicines; newest recorded where missing. */
    medicines: Type.Optional(Type.Enum(["anticipatory-first", "differences-first"])),
    /** Tests that lead the latest results, by a part of their name; abnormal ones come first where missing. */
    results: Type.Optional(Type.Array(Type.String({ minLength: 2 }))),
  },
  closed,
);
export type SummaryView = Static<typeof View>;

export const SummaryViewsSchema = Type.Object({ usual: View, roles: Type.Record(Slug, View) }, closed);
export type SummaryViews = Static<typeof SummaryViewsSchema>;

/** What a role's first page holds, in its order. */
export function landingOf({ landing = [] }: SummaryView): readonly LandingPart[] {
  return [...new Set<LandingPart>([...landing, "find", "recent"])];
}

/** The view of a role, every part in it. */
export function summaryViewOf(views: SummaryViews, role: string): SummaryView {
  const view = views.roles[role] ?? views.usual;
  return { ...view, order: [...new Set([...view.order, ...views.usual.order, ...SUMMARY_PARTS])] };
}
