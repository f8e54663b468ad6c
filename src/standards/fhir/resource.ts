/** A FHIR resource as parsed JSON. Fields are `unknown`-like on purpose: a sender may have put anything there. */
export type Resource = { resourceType: string; id?: string; meta?: Meta; contained?: Resource[]; [field: string]: any };
export type Meta = { extension?: { url: string; [value: string]: any }[]; versionId?: string; lastUpdated?: string; profile?: string[]; security?: Coding[]; tag?: Coding[]; source?: string };
export type Coding = { system?: string; version?: string; code?: string; display?: string };
export type CodeableConcept = { coding?: Coding[]; text?: string };
export type Reference = { reference?: string; display?: string; type?: string; identifier?: { system?: string; value?: string } };
export type Identifier = { use?: string; system?: string; value?: string; type?: CodeableConcept; extension?: { url: string; [value: string]: any }[] };
export type Period = { start?: string; end?: string };
