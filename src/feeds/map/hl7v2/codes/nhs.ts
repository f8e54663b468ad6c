/** Names of codes of the NHS Data Dictionary that hospitals send without words. */
import type { CodeableConcept } from "#standards";

/** Main specialties and treatment functions that patient administration systems send in PV1-10. */
export const SPECIALTIES: Readonly<Record<string, string>> = {
  "100": "General surgery", "101": "Urology", "107": "Vascular surgery", "110": "Trauma and orthopaedics", "120": "Ear, nose and throat", "130": "Ophthalmology", "140": "Oral surgery", "150": "Neurosurgery",
  "160": "Plastic surgery", "170": "Cardiothoracic surgery", "171": "Paediatric surgery", "180": "Emergency medicine", "190": "Anaesthetics", "192": "Critical care medicine", "300": "General internal medicine",
  "301": "Gastroenterology", "302": "Endocrinology", "303": "Clinical haematology", "307": "Diabetes", "314": "Rehabilitation", "315": "Palliative medicine", "320": "Cardiology", "326": "Acute internal medicine",
  "328": "Stroke medicine", "330": "Dermatology", "340": "Respiratory medicine", "350": "Infectious diseases", "361": "Renal medicine", "370": "Medical oncology", "400": "Neurology", "410": "Rheumatology",
  "420": "Paediatrics", "422": "Neonatal critical care", "430": "Elderly medicine", "501": "Obstetrics", "502": "Gynaecology", "560": "Midwifery", "800": "Clinical oncology",
};

/** Method of discharge, PV1-36. */
export const DISCHARGE_METHODS: Readonly<Record<string, string>> = { "1": "Discharged on clinical advice or with consent", "2": "Discharged themselves, or by a relative", "3": "Discharged by a tribunal, the Home Secretary or a court", "4": "Died", "5": "Stillbirth" };

/** The concept with the name of its code, where the sender gave no words. */
export function withName(concept: CodeableConcept | undefined, names: Readonly<Record<string, string>>): CodeableConcept | undefined {
  const code = concept?.coding?.[0]?.code ?? concept?.text;
  const name = code === undefined ? undefined : names[code];
  const worded = concept?.coding?.[0]?.display ?? (concept?.text === code ? undefined : concept?.text);
  return concept === undefined || name === undefined || worded !== undefined ? concept : { ...concept, text: name };
}
