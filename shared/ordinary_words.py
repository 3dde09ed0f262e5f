"""Words that stand capitalised in anybody's text about safeguarding, and so are no sign of a name."""

_SPEECH = """
a about above according action actions after again agreed all also although am an and another any are as asked at
attached attended because before both but by call called can case chair child child's children concern concerned
concerns contact could date day days decision decisions declined despite did discussed discussion do does due during each
email emailed every evidence following for form formal former from further given had has have he her here hers him his
history how however i if immediate in information initial is it its joint kind last later level like made may meeting
meetings mine more most my myself neither new next no none nor not note now of off on once one only or other our ours
outcome outcomes over please plan plans previous reason referral referrals regarding request requested response review
reviews risk said same second see seen sent she should since so some stage step still such summary telephone than thank
thanks that the their them then there these they third this those three to today told tomorrow two under until up
updated urgent us very was we were what when where whether which while who why will with would yesterday yet you your
"""
_CALENDAR = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december spring summer autumn winter easter christmas term week month year quarter bank holiday
"""
_WORK = """
academy acute adult adviser advisor advocacy agencies agency allegation allegations allocated allocation ambulance
annual assessment assessments assistant associate attendance audit authority behaviour board body business cafcass camhs
care cared carer carers centre chief childcare childline childminder clinic clinical code college commissioner
commissioning committee community complex conduct conference consent constable constabulary consultant contextual
contextualised control coordinator core council county court criminal crown deputy designated detective development
director disability district doctor domestic drug duty early east education educational emergency england english enquiry
escalation exclusion executive exploitation external face families family female fire first forum foster fostering
foundation framework front door general government governance governor governors graded group guidance guide harm head
headteacher health healthcare help high home homes hospital house housing hub improvement inclusion independent
infant inspector integrated intensive intervention investigation ics judge junior justice keeping lado lady law lead
leader learning leaving legal local looked male manager management maternity medical mental midwife midwifery midwives
minister missing multi national need needs neglect neonatal neonate network nhs north nottingham nurse nursery nursing
occupational of office officer officers ofsted on operation operational order orders paediatric paediatrician
paediatrics panel parent parental parents parish part partner partners partnership pathway personal placement police
policy post practice practitioner pre primary principal private probation procedure procedures proceedings professional
professionals programme project protection protocol provider provision psychiatric psychiatrist psychologist public pupil
pupils quality rapid refuge regional registrar relationship residential resolution respect responsible restorative right
road royal safeguarding safety school schools screening secondary section senior serious sergeant service services sexual
sixth social solicitor south special specialist staff standard standards state statement statutory strategic strategy
street studio supervising supervision supervisor support supported system targeted teacher teaching team teams therapist
therapy threshold tier together town trading training transfer trust unborn unit universal university urgent victim
violence virtual visit visitor visiting voice voluntary ward west woman women worker workers working young youth
act acts chapter children's criteria edition page paragraph paragraphs part regulations schedule
asset brook graded hackett merlin dash rag riskmatrix signs wellbeing well-being graded pan escalations
"""
_ABBREVIATIONS = """
aim asb asd adhd amber beds camhs cafcass cart ccg cce cha cin cla cme cos cpc cpn cpp cps cse cscp cescp csc cypmhs
dash dbs dfe dhr dna dol dols dpo dsl dvpn dvpo edt eet ehc ehcp ehe eip elsa emdr esc eta fao fco fdac fgc fgm fii fir
gcp gdpr gmc gp hco hmcts hmp hmpps hra hsb hv iadva icb icpc icpcs idva inset iro iros isa isva isvas itu jtai ladder
lac lado lal las lscp mappa marac mase mash mdt mfh nai nas neet nfa nmc npcc nspcc nuh oic opcc ot pace pcc pep piu plo
pnd pod ppu pru psw pvp pwn rcpc rns rsho sab sar scr send sendco senco sgo sio six slt smt spoc spr squad sro stat sudi
supt swi tac taf tbc toe uasc upn vcfs vru wte yas yjs yot yoi yps green red high low immediate urgent standard not must
"""
_PLACES = """
alsager audlem bollington bunbury cheadle cheshire chester congleton crewe derbyshire disley england english ellesmere
gatley halton handforth haslington holmes chapel knutsford lancashire leighton liverpool london macclesfield malpas
manchester merseyside mersey middlewich mobberley nantwich newcastle northwich poynton prestbury runcorn salford sandbach
scotland scottish sefton shavington shropshire stafford staffordshire stockport stoke tameside trafford trent vale wales
warrington welsh widnes wilmslow winsford wirral wistaston britain british united kingdom ireland irish europe european
"""
_TITLES = """
alderman councillor dame dr hon lord mr mrs ms miss mx pc dc ds di dci dcs dsu pcso ps insp sgt supt rev reverend sir
"""

ORDINARY = frozenset(" ".join((_SPEECH, _CALENDAR, _WORK, _ABBREVIATIONS, _PLACES, _TITLES)).split())
