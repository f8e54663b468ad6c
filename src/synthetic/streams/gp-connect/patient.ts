import type { Person } from "../../population/person.ts";
import type { Practice } from "../../region.ts";
import type { View } from "../../views/view.ts";
import { CARE, GPC, profile, type Stu3 } from "./stu3.ts";

/** The patient as registered at the practice. */
export function patient(person: Person, view: View, practice: Practice): Stu3 {
  const kin = person.nextOfKin;
  return {
    resourceType: "Patient",
    id: view.localId,
    meta: profile("Patient-1"),
    extension: [
      {
        url: `${GPC}RegistrationDetails-1`,
        extension: [{ url: "registrationPeriod", valuePeriod: { start: "2015-04-01" } }],
      },
      {
        url: `${CARE}EthnicCategory-1`,
        valueCodeableConcept: {
          coding: [
            { system: "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-EthnicCategory-1", code: person.ethnicity },
          ],
        },
      },
    ],
    identifier:
      view.nhsNumber === null
        ? []
        : [
            {
              extension: [
                {
                  url: `${GPC}NHSNumberVerificationStatus-1`,
                  valueCodeableConcept: {
                    coding: [
                      {
                        system: "https://fhir.nhs.uk/STU3/CodeSystem/CareConnect-NHSNumberVerificationStatus-1",
                        code: view.status,
                      },
                    ],
                  },
                },
              ],
              system: "https://fhir.nhs.uk/Id/nhs-number",
              value: view.nhsNumber,
            },
          ],
    active: true,
    name: [
      {
        use: "official",
        text: `${view.given.join(" ")} ${view.family.toUpperCase()}`,
        family: view.family,
        given: view.given,
        prefix: [view.title],
      },
    ],
    ...(view.phone === null
      ? {}
      : { telecom: [{ system: "phone", value: view.phone, use: view.phone.startsWith("07") ? "mobile" : "home" }] }),
    gender: view.sex,
    birthDate: view.birthDate,
    ...(person.deceased === null ? {} : { deceasedDateTime: `${person.deceased}T00:00:00+00:00` }),
    ...(view.address === null
      ? {}
      : {
          address: [
            {
              use: "home",
              type: "physical",
              line: [view.address.line],
              city: view.address.town,
              district: view.address.county,
              postalCode: view.address.postcode,
            },
          ],
        }),
    ...(kin === null
      ? {}
      : {
          contact: [
            {
              relationship: [{ text: "Next of kin" }, { text: kin.relationship }],
              name: { use: "official", text: kin.name },
              telecom: [{ system: "phone", value: kin.phone }],
            },
          ],
        }),
    generalPractitioner: [{ reference: "Practitioner/gp" }],
    managingOrganization: { reference: `Organization/${practice.ods}` },
  };
}

/** The practice, one of its doctors, and the role that joins them. */
export function surgery(practice: Practice, person: Person): Stu3[] {
  const doctor = GPS[[...practice.ods].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % GPS.length]!;
  return [
    {
      resourceType: "Organization",
      id: practice.ods,
      meta: profile("Organization-1"),
      identifier: [{ system: "https://fhir.nhs.uk/Id/ods-organization-code", value: practice.ods }],
      name: practice.name,
      telecom: [{ system: "phone", value: `${person.town.dialling} 960000`, use: "work" }],
    },
    {
      resourceType: "Practitioner",
      id: "gp",
      meta: profile("Practitioner-1"),
      identifier: [{ system: "https://fhir.nhs.uk/Id/sds-user-id", value: `U${practice.ods}` }],
      name: [{ use: "usual", family: doctor[1], given: [doctor[0]], prefix: ["Dr"] }],
    },
    {
      resourceType: "PractitionerRole",
      id: `gp-${practice.ods}`,
      meta: profile("PractitionerRole-1"),
      practitioner: { reference: "Practitioner/gp" },
      organization: { reference: `Organization/${practice.ods}` },
      code: [
        {
          coding: [
            {
              system: "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1",
              code: "R0260",
              display: "General Medical Practitioner",
            },
          ],
        },
      ],
    },
  ];
}

const GPS = [
  ["Elaine", "Hartley"],
  ["Sanjay", "Rao"],
  ["Moira", "Tench"],
  ["David", "Ansah"],
  ["Lucy", "Pemberton"],
] as const;
