/** The fields of a form that say what an objection is about, and how they are read; for professionals and officers. */
import type { Region } from "#governance";
import { distinctScopes, scopeKey, scopeOfKey, type ObjectionScope } from "#objections";
import { html, type Content, type Html } from "#platform";
import { sectionTitle, SECTIONS } from "#standards";

/** How many of a kind a form offers; more go into a second objection. */
const SLOTS = { organisation: 2, viewer: 2, section: 3 } as const;
type Kind = keyof typeof SLOTS;

export function scopeFields(region: Region, chosen: readonly ObjectionScope[], itemId: string | null): Html {
  const keys = new Set(chosen.map(scopeKey));
  const organisations = region.organisations.toSorted((a, b) => a.name.localeCompare(b.name));
  const options: Readonly<Record<Kind, readonly { value: string; words: string }[]>> = {
    organisation: organisations.filter((each) => region.feedsOf(each.odsCode).length > 0).map((each) => ({ value: each.odsCode, words: each.name })),
    viewer: organisations.filter((each) => each.mayView).map((each) => ({ value: each.odsCode, words: each.name })),
    section: SECTIONS.map(({ id }) => ({ value: id, words: sectionTitle(id) })),
  };
  const slots = (kind: Kind, label: string): Content => {
    const taken = options[kind].filter(({ value }) => keys.has(`${kind}:${value}`)).map(({ value }) => value);
    return html`<div class="nhsuk-form-group"><fieldset class="nhsuk-fieldset"><legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">${label}</legend>${Array.from({ length: SLOTS[kind] }, (_, index) => html`<label class="vh" for="${kind}${index}">${label}, ${index + 1}</label><select class="nhsuk-select" id="${kind}${index}" name="${kind}${index}"><option value="">${index === 0 ? "none" : "no other"}</option>${options[kind].map(({ value, words }) => html`<option value="${value}"${taken[index] === value ? html` selected` : null}>${words}</option>`)}</select> `)}</fieldset></div>`;
  };
  return html`<div class="nhsuk-form-group"><div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="everything" name="everything" type="checkbox" value="yes"${keys.has("everything") ? html` checked` : null}><label class="nhsuk-label nhsuk-checkboxes__label" for="everything">Everything: all sharing of this record for care</label></div></div></div>
${slots("organisation", "What an organisation has put into the record (whose data)")}
${slots("viewer", "An organisation looking at the record (who reads)")}
${slots("section", "A category of the record")}
${itemId !== null && html`<div class="nhsuk-checkboxes nhsuk-checkboxes--small"><div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="item" name="item" type="checkbox" value="${itemId}" checked><label class="nhsuk-label nhsuk-checkboxes__label" for="item">The one entry from which this form was opened</label></div></div>`}`;
}

/** What the fields say; parts that are none are left out, and a form without any is refused by the case. */
export function readScopes(form: Readonly<Record<string, unknown>> | null): readonly ObjectionScope[] {
  const text = (name: string): string => (typeof form?.[name] === "string" ? (form[name] as string) : "");
  const keys = [
    ...(text("everything") === "yes" ? ["everything"] : []),
    ...(Object.entries(SLOTS) as [Kind, number][]).flatMap(([kind, count]) => Array.from({ length: count }, (_, index) => text(`${kind}${index}`)).filter((value) => value !== "").map((value) => `${kind}:${value}`)),
    ...(text("item") === "" ? [] : [`item:${text("item")}`]),
  ];
  return distinctScopes(keys.flatMap((key) => scopeOfKey(key) ?? []));
}
