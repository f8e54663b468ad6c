/**
 * Words of care that mean the same, for search in a record: a line a group, its
 * words between `=`. Behind `>` stands what a name for several things is made of:
 * who looks for the whole finds the parts, not the other way round.
 *
 * Written by us from common use in UK records; facts, no terminology is copied.
 * An abbreviation that is also an English word (`ALL`, `CAP`, `MUST`) is left out:
 * it would find every sentence. One that may mean two things stands with the
 * commoner: a search finds more rather than less, and says through which word.
 */
const GROUPS = `
heart attack = myocardial infarction = myocardial infarct = MI = STEMI = NSTEMI = acute coronary syndrome = ACS = coronary thrombosis
angina = ischaemic chest pain = angina pectoris
ischaemic heart disease = coronary heart disease = coronary artery disease = coronary arteriosclerosis = IHD = CHD = CAD
heart failure = cardiac failure = congestive cardiac failure = CCF = CHF = HFrEF = HFpEF = LVF = left ventricular failure = left ventricular systolic dysfunction = LVSD
atrial fibrillation = AF = PAF = auricular fibrillation
atrial flutter = auricular flutter
irregular heartbeat = arrhythmia = dysrhythmia = palpitations
slow heart rate = bradycardia
fast heart rate = tachycardia
supraventricular tachycardia = SVT
ventricular tachycardia = VT
heart block = atrioventricular block = AV block
high blood pressure = hypertension = hypertensive disorder = raised blood pressure = HTN
low blood pressure = hypotension = hypotensive
postural hypotension = orthostatic hypotension = postural drop
blood pressure = bp > systolic, diastolic
heart rate = pulse = pulse rate = HR
respiratory rate = breathing rate = RR
oxygen saturation = sats = SpO2 = SaO2 = pulse oximetry = oxygen sats
temperature = body temperature = temp
high cholesterol = hypercholesterolaemia = hyperlipidaemia = raised cholesterol = dyslipidaemia
stroke = cerebrovascular accident = CVA = cerebral infarction = cerebral infarct = cerebrovascular disease
mini stroke = transient ischaemic attack = TIA
brain haemorrhage = brain bleed = intracerebral haemorrhage = intracranial haemorrhage = ICH = subarachnoid haemorrhage = SAH
subdural = subdural haematoma = SDH
blood clot = thrombosis = thromboembolism = VTE
deep vein thrombosis = DVT = deep venous thrombosis
pulmonary embolism = PE = pulmonary embolus = lung clot
poor circulation = peripheral vascular disease = PVD = peripheral arterial disease = intermittent claudication = claudication
aortic aneurysm = AAA = abdominal aortic aneurysm = triple a
varicose veins = varicosities
aortic stenosis = narrowed aortic valve
mitral regurgitation = mitral incompetence = leaking mitral valve
bypass = coronary artery bypass graft = CABG = coronary bypass
stent = percutaneous coronary intervention = PCI = angioplasty
pacemaker = PPM = permanent pacemaker = cardiac pacemaker
defibrillator = ICD = implantable cardioverter
leg ulcer = venous ulcer = ulcer of lower limb
pressure sore = pressure ulcer = bed sore = bedsore = decubitus ulcer
asthma = reactive airways disease
copd = chronic obstructive pulmonary disease = chronic obstructive airways disease = COAD = emphysema = chronic bronchitis
chest infection = lower respiratory tract infection = LRTI = bronchitis
pneumonia = community acquired pneumonia = HAP = hospital acquired pneumonia = lobar consolidation
urti = upper respiratory tract infection = common cold = coryza
lung fibrosis = pulmonary fibrosis = interstitial lung disease = ILD = IPF
bronchiectasis = widened airways
breathlessness = shortness of breath = dyspnoea = short of breath = SOB = SOBOE
sleep apnoea = obstructive sleep apnoea = OSA = CPAP
home oxygen = long term oxygen therapy = LTOT = oxygen therapy
collapsed lung = pneumothorax
fluid on the lung = pleural effusion
tuberculosis = TB
covid = covid-19 = coronavirus = SARS-CoV-2
flu = influenza
diabetes = diabetes mellitus = diabetic > T1DM, T2DM, NIDDM, IDDM
type 1 diabetes = T1DM = IDDM = insulin dependent diabetes = type 1 diabetes mellitus
type 2 diabetes = T2DM = NIDDM = non-insulin dependent diabetes = type 2 diabetes mellitus
diabetic ketoacidosis = DKA = ketoacidosis
low blood sugar = hypoglycaemia = hypo = hypos
high blood sugar = hyperglycaemia
blood sugar = glucose = blood glucose = BM = CBG = capillary glucose = fasting glucose
hba1c = glycated haemoglobin = glycosylated haemoglobin = haemoglobin a1c
underactive thyroid = hypothyroidism = myxoedema = hypothyroid
overactive thyroid = hyperthyroidism = thyrotoxicosis = graves
addison = adrenal insufficiency = adrenal failure = hypoadrenalism
kidney disease = chronic kidney disease = CKD = renal impairment = chronic renal failure = CRF
kidney failure = renal failure = end stage renal disease = ESRD = ESRF = end stage kidney disease
aki = acute kidney injury = acute renal failure = ARF
dialysis = renal replacement therapy > haemodialysis, peritoneal dialysis
kidney stones = renal calculi = renal stones = nephrolithiasis = renal colic = ureteric calculus
kidney function = renal function > eGFR, creatinine, urea
egfr = estimated glomerular filtration rate = glomerular filtration rate = GFR
water infection = urinary tract infection = UTI = cystitis = urine infection
kidney infection = pyelonephritis
catheter = urinary catheter = indwelling catheter = IDC = LTC = suprapubic catheter
incontinence = incontinent = continence = leaking urine
enlarged prostate = benign prostatic hyperplasia = BPH = prostatic hypertrophy = benign prostatic hypertrophy
prostate cancer = malignant neoplasm of prostate = carcinoma of prostate = CA prostate
psa = prostate specific antigen
breast cancer = malignant neoplasm of breast = carcinoma of breast = CA breast
bowel cancer = colorectal cancer = colon cancer = malignant neoplasm of colon = carcinoma of colon = rectal cancer
lung cancer = malignant neoplasm of lung = carcinoma of lung = bronchial carcinoma = carcinoma of bronchus
skin cancer > melanoma, basal cell carcinoma, BCC, squamous cell carcinoma, SCC
cancer = malignancy = carcinoma = malignant neoplasm = malignant tumour > lymphoma, leukaemia, melanoma, myeloma, sarcoma
leukaemia > CLL, AML, CML, chronic lymphocytic, acute myeloid, chronic myeloid
lymphoma > hodgkin, NHL
myeloma = multiple myeloma
chemotherapy = chemo = cytotoxic
radiotherapy = radiation therapy = DXT
mastectomy = removal of breast
hysterectomy = removal of womb
secondary cancer = metastases = metastatic = mets = secondaries
heartburn = gastro-oesophageal reflux = GORD = reflux = acid reflux = GERD = dyspepsia = indigestion
stomach ulcer = peptic ulcer = gastric ulcer = duodenal ulcer = PUD
hiatus hernia = hiatal hernia
coeliac = gluten enteropathy = gluten intolerance
irritable bowel = irritable bowel syndrome = IBS
inflammatory bowel disease = IBD > crohn, ulcerative colitis, UC
diverticular disease = diverticulitis = diverticulosis
gallstones = cholelithiasis = cholecystitis = biliary colic
gallbladder removal = cholecystectomy
appendicitis = appendicectomy = appendectomy = appendix
piles = haemorrhoids
constipation = constipated
diarrhoea = loose stools = gastroenteritis
nausea = vomiting = N&V = sickness = being sick = emesis
stomach bleed = gastrointestinal haemorrhage = GI bleed = UGIB = haematemesis = melaena
jaundice = yellow skin = icterus
liver disease = CLD > cirrhosis, hepatic failure, liver failure, hepatic cirrhosis
fatty liver = hepatic steatosis = NAFLD = MASLD
hepatitis > HBV, HCV
stoma > colostomy, ileostomy, urostomy
feeding tube = PEG = gastrostomy = nasogastric = NG tube = NGT = enteral feeding
swallowing difficulty = dysphagia = difficulty swallowing = SALT
poor appetite > anorexia, malnutrition, undernutrition
weight = body weight = weight loss = weight gain
body mass index = bmi
obesity = obese = overweight
colonoscopy = sigmoidoscopy = lower GI endoscopy
gastroscopy = OGD = upper GI endoscopy = endoscopy
arthritis > osteoarthritis, rheumatoid, OA, RA, psoriatic arthritis
osteoarthritis = OA = degenerative joint disease = wear and tear
rheumatoid arthritis = RA = rheumatoid
gout > hyperuricaemia, uric acid, urate
brittle bones = osteoporosis = osteopenia = fragility fracture
dexa = bone density = bone densitometry = DXA
broken hip = fractured neck of femur = hip fracture = NOF = #NOF = fracture of neck of femur
broken bone = fracture = fractured
hip replacement = THR = total hip replacement = hip arthroplasty
knee replacement = TKR = total knee replacement = knee arthroplasty
back pain = lumbago = low back pain = LBP = sciatica
fibromyalgia = chronic widespread pain
polymyalgia = PMR = polymyalgia rheumatica
temporal arteritis = giant cell arteritis = GCA
lupus = SLE = systemic lupus erythematosus
falls = fall = fallen = faller
frailty = frail = clinical frailty scale = CFS = rockwood
mobility > walking, gait, zimmer, walking frame
amputation = BKA = AKA = amputee
dementia = major neurocognitive disorder = memory loss = cognitive impairment > alzheimer, vascular dementia, lewy body
confusion = delirium = acute confusional state = confused
parkinson = parkinsonism = PD
multiple sclerosis = MS = RRMS
motor neurone disease = MND = amyotrophic lateral sclerosis = ALS
epilepsy = seizure = seizures = fits = convulsion = epileptic
faint = syncope = blackout = collapse = vasovagal
dizziness = vertigo = giddiness = lightheaded
headache = cephalalgia > migraine
head injury = traumatic brain injury = TBI = concussion
spinal cord compression = MSCC = cauda equina
neuropathy = peripheral neuropathy = numbness
learning disability = learning disabilities = intellectual disability = LD
autism = autistic = ASD = autism spectrum = asperger
adhd = attention deficit = hyperkinetic
down syndrome = trisomy 21 = downs
cerebral palsy = CP
depression = depressive = low mood = MDD = depressed
anxiety = anxious = GAD = panic = panic attacks
bipolar = manic depression = BPAD = mania = bipolar affective disorder
schizophrenia = psychosis = psychotic = schizoaffective = FEP
personality disorder = EUPD = BPD = emotionally unstable
ptsd = post-traumatic stress = post traumatic stress disorder
ocd = obsessive compulsive
eating disorder = anorexia nervosa = bulimia
self harm = self-harm = deliberate self harm = DSH = self injury > overdose, OD
suicide = suicidal = suicidality = suicide attempt
alcohol = ETOH = alcohol dependence = alcoholism = drinking
drug misuse = substance misuse = IVDU = drug dependence = opioid dependence
smoking = smoker = tobacco = cigarettes = smokes = nicotine
sectioned = mental health act = MHA = detained = section 2 = section 3 = section 136
crisis plan = safety plan = relapse plan
care programme = CPA = care coordinator = key worker
capacity = mental capacity = MCA = best interests
deprivation of liberty = DoLS = liberty protection = LPS
power of attorney = LPA = lasting power of attorney = attorney
living will = advance decision = ADRT = advance directive = advance statement
dnacpr = DNAR = DNR = do not attempt resuscitation = do not attempt CPR = resuscitation = not for resuscitation = do not resuscitate
cpr = cardiopulmonary resuscitation
respect form = ReSPECT = treatment escalation = TEP = ceiling of care = escalation plan
end of life = EOL = palliative = terminal = dying = hospice = gold standards = GSF
just in case = anticipatory = JIC = anticipatory medicines
preferred place of death = PPD = PPC = preferred place of care
safeguarding = at risk of harm = section 42 = abuse = neglect
child protection = CPP = child protection plan = CIN = child in need
looked after = looked-after child = CLA = foster
domestic abuse = domestic violence = DVA = MARAC
allergy = allergic = hypersensitivity = adverse reaction = ADR = intolerance
anaphylaxis = anaphylactic = anaphylactic shock = epipen
hives = urticaria = nettle rash = wheals
rash = exanthem = eruption
eczema = dermatitis = atopic dermatitis
psoriasis = plaque psoriasis
cellulitis = skin infection = soft tissue infection
shingles = herpes zoster = zoster
sepsis = septicaemia = septic shock = bacteraemia = blood poisoning
mrsa = methicillin resistant staphylococcus = methicillin-resistant staphylococcus aureus
c diff = clostridium difficile = clostridioides difficile = CDI = C. difficile
hiv = human immunodeficiency virus = PLWH
anaemia = low haemoglobin = anaemic = iron deficiency
haemoglobin = hb = haemoglobin concentration = Hgb
white cells = white cell count = WBC = WCC = white blood cells = leucocytes
platelets = plt = thrombocytes = platelet count
low platelets = thrombocytopenia
neutropenia = neutropenic = low neutrophils
fbc = full blood count = CBC = complete blood count > haemoglobin, white cell count, platelets, neutrophils, haematocrit
u&e = urea and electrolytes = U+E = UE = U&Es = renal profile > sodium, potassium, urea, creatinine, egfr, chloride, bicarbonate
lft = liver function = liver function tests = LFTs = liver profile > bilirubin, alanine aminotransferase, albumin, alkaline phosphatase, gamma gt, aspartate
tft = thyroid function = thyroid function tests = TFTs > thyroid stimulating hormone, free thyroxine, free t4, free t3
lipids = lipid profile = cholesterol profile > cholesterol, triglycerides
bone profile = bone chemistry > calcium, phosphate, alkaline phosphatase, albumin
clotting = coagulation screen = clotting screen > prothrombin time, INR, APTT, fibrinogen
observations = obs = vital signs = news = NEWS2 = early warning score > blood pressure, heart rate, respiratory rate, oxygen saturation, temperature
crp = c-reactive protein = C reactive protein
esr = erythrocyte sedimentation rate
inr = international normalised ratio
troponin = trop = TnT = TnI = high sensitivity troponin
bnp = natriuretic peptide = NT-proBNP = brain natriuretic peptide
d-dimer = d dimer = fibrin degradation
potassium = serum potassium > hyperkalaemia, hypokalaemia
sodium = serum sodium > hyponatraemia, hypernatraemia
calcium = adjusted calcium = serum calcium > hypercalcaemia, hypocalcaemia
creatinine = serum creatinine = creat
alt = alanine aminotransferase = alanine transaminase
alp = alkaline phosphatase = alk phos
ggt = gamma gt = gamma glutamyl transferase
tsh = thyroid stimulating hormone = thyrotropin
vitamin d = 25-hydroxyvitamin d = colecalciferol = cholecalciferol
vitamin b12 = b12 = cobalamin = hydroxocobalamin
folate = folic acid
iron > ferritin, ferrous, transferrin
urine test = urinalysis = dipstick = MSU = urine culture
acr = albumin creatinine ratio = urine albumin
smear = cervical screening = cervical cytology
mammogram = mammography = breast screening
ecg = electrocardiogram = EKG = heart tracing
echo = echocardiogram = echocardiography = TTE = ejection fraction
x-ray = xray = radiograph = XR = CXR = plain film
chest x-ray = CXR = chest radiograph = chest xray
ct = computed tomography = CT scan = cat scan
mri = magnetic resonance = MR scan
ultrasound = USS = sonogram = doppler
peg feeding = gastrostomy feeding
spirometry = lung function = FEV1 = peak flow = PEFR
lumbar puncture = LP = spinal tap
blood thinner = anticoagulant = anticoagulation = anticoagulated > warfarin, DOAC, NOAC, apixaban, rivaroxaban, edoxaban, dabigatran, heparin, dalteparin, enoxaparin
water tablet = diuretic > furosemide, frusemide, bumetanide, bendroflumethiazide, indapamide, spironolactone
statin > atorvastatin, simvastatin, rosuvastatin, pravastatin
beta blocker = beta-blocker > bisoprolol, atenolol, propranolol, metoprolol, carvedilol
ace inhibitor = ACEi > ramipril, lisinopril, perindopril, enalapril
steroid = corticosteroid > prednisolone, hydrocortisone, dexamethasone
painkiller = analgesia = analgesic = pain relief > paracetamol, ibuprofen, codeine, co-codamol, morphine, tramadol
opioid = opiate > morphine, oxycodone, fentanyl, codeine, tramadol, buprenorphine, methadone
nsaid = anti-inflammatory > ibuprofen, naproxen, diclofenac, celecoxib
antibiotic = antibiotics > amoxicillin, doxycycline, clarithromycin, flucloxacillin, co-amoxiclav, trimethoprim, nitrofurantoin, cefalexin
penicillin > amoxicillin, flucloxacillin, co-amoxiclav, phenoxymethylpenicillin, benzylpenicillin, piperacillin
antidepressant = SSRI > sertraline, citalopram, fluoxetine, mirtazapine, amitriptyline, venlafaxine
antipsychotic > olanzapine, quetiapine, risperidone, clozapine, haloperidol, aripiprazole
inhaler > salbutamol, ventolin, beclometasone, tiotropium, fostair
paracetamol = acetaminophen = calpol
adrenaline = epinephrine = epipen
ppi = proton pump inhibitor > omeprazole, lansoprazole, pantoprazole
blister pack = dosette = MDS = compliance aid = monitored dosage
flu jab = influenza vaccination = flu vaccine = influenza vaccine
mmr = measles mumps rubella = measles
hrt = hormone replacement
contraception = contraceptive > COCP, LARC, IUD, IUS, depot contraceptive
pregnancy = pregnant = antenatal = gravid = gestation = maternity
birth = delivery = labour = SVD = NVD = vaginal delivery
caesarean = c-section = LSCS = caesarean section
miscarriage = spontaneous abortion
pre-eclampsia = preeclampsia = pregnancy induced hypertension
newborn = neonate = neonatal = NICU = SCBU
hearing loss = deaf = deafness = hard of hearing = hearing impairment = hearing aid
sight loss = blind = visual impairment = partially sighted = registered blind > macular degeneration, AMD, glaucoma
cataract = phaco
interpreter = language needs = does not speak english = translation
discharge summary = discharge letter = EDN = TTO = TTA = electronic discharge
a&e = emergency department = casualty = accident and emergency = ED attendance = A and E
outpatient = OPD = outpatients = clinic
intensive care = ITU = ICU = critical care > HDU
virtual ward = hospital at home = remote monitoring
district nurse = community nurse = DN = community nursing
physiotherapy = physio = physiotherapist
occupational therapy = occupational therapist = OT
social worker = SW = care manager = social services
care package = package of care = POC = home care = domiciliary care = carers visits
care home = nursing home = residential home = residential care
respite = short break = sitting service
carer = caregiver = unpaid carer
next of kin = NOK = emergency contact
ambulance = paramedic = 999 call = conveyed
key safe = keysafe = key code
did not attend = DNA = no show = not attended
general practitioner = gp = family doctor
`;

/** One group: words that mean the same, and what the whole is made of. */
export type SynonymGroup = { readonly same: readonly string[]; readonly parts: readonly string[] };

/** All groups, in the order of the list. */
export const SYNONYMS: readonly SynonymGroup[] = GROUPS.trim().split("\n").map((line) => {
  const [same, parts = ""] = line.split(" > ");
  return { same: same!.split(" = ").map((word) => word.trim()), parts: parts.split(",").map((word) => word.trim()).filter((word) => word !== "") };
});
