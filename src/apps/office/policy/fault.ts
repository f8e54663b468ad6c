/** What is wrong with a form of the policy office: on top of the page and at its field. */
import { html, type Html, type Refusal } from "#platform";

const fieldOf = (fault: Refusal): string => (typeof fault.details?.["field"] === "string" ? fault.details["field"] : "main");

export function faultSummary(fault: Refusal | null): Html | null {
  return fault === null ? null : html`<div class="nhsuk-error-summary" role="alert" tabindex="-1"><h2 class="nhsuk-error-summary__title">There is a problem</h2><p><a href="#${fieldOf(fault)}">${fault.message}</a></p></div>`;
}

export function errorOf(fault: Refusal | null, field: string): Html | null {
  return fault === null || fieldOf(fault) !== field ? null : html`<span class="nhsuk-error-message" id="${field}-error"><span class="nhsuk-u-visually-hidden">Error:</span> ${fault.message}</span>`;
}
