"""What codes of other services are called on pages: English here, translated by the catalogues."""

from collections.abc import Mapping

# In the order in which they are listed: as people go through them.
TERMS: Mapping[str, Mapping[str, str]] = {
    "model": {
        "pair-mentoring": "Pair mentoring",
        "womento": "Womento",
        "career-mentoring": "Career mentoring",
    },
    "program": {"open": "Open for applications", "started": "Under way", "closed": "Closed"},
    "application": {
        "received": "Waiting for a decision",
        "waiting": "On the waiting list",
        "admitted": "Admitted",
        "declined": "Declined",
        "referred": "Referred on",
    },
    "door": {
        "training": "Ready: mentor training",
        "self-study": "Ready: self-study and a talk with staff",
        "waived": "Ready: self-study, talk waived",
        "not-ready": "Not ready yet",
    },
    "pair": {
        "proposed": "Proposed",
        "formed": "Active",
        "declined": "Declined the proposal",
        "completed": "Completed with the program",
        "ended": "Ended",
    },
    "gathering": {
        "mentor-training": "Mentor training",
        "coaching-training": "Coaching training",
        "start": "Start meeting",
        "theme": "Theme training",
        "gathering": "Gathering",
        "special": "Special event",
        "peer-circle": "Peer circle",
        "closing": "Closing event",
    },
    "gathering-status": {"scheduled": "Planned", "held": "Held"},
    "form": {"in-person": "Face to face", "video": "By video", "phone": "By phone"},
    "certificate": {
        "issued": "Issued",
        "released": "Released to the holder",
        "revoked": "Revoked",
    },
    "level": {
        "A1": "A1: a few words and phrases",
        "A2": "A2: simple everyday matters",
        "B1": "B1: I manage in everyday life",
        "B2": "B2: I can work in this language",
        "C1": "C1: fluent",
        "C2": "C2: my mother tongue, or like it",
    },
    "field": {
        "1": "Management: leading people or a business",
        "2": "Expert work: teacher, engineer, doctor, programmer",
        "3": "Technicians and associates: nurse, planner, broker",
        "4": "Office work: secretary, accounting clerk, customer service",
        "5": "Service, sales and care: shop, restaurant, care of children or the old",
        "6": "Farming, gardening, forestry and fishing",
        "7": "Building, crafts and manufacturing: carpenter, electrician, baker",
        "8": "Machines and transport: driver, machine operator",
        "9": "Assisting work: cleaning, kitchen, warehouse",
        "0": "Armed forces",
    },
    "need": {
        "cv": "Writing my CV",
        "application": "Writing job applications",
        "culture": "Finnish culture and customs at work",
        "labour-market": "The labour market of my field",
        "network": "Getting to know people in my field",
        "language": "The language of work",
        "recognition": "Having my degree or skills recognised",
    },
    "offer": {
        "cv": "Help with a CV",
        "application": "Help with job applications",
        "culture": "Finnish culture and customs at work explained",
        "labour-market": "Knowledge of the labour market of my field",
        "network": "Introductions to people in my field",
        "language": "Practice of the language of work",
        "recognition": "Advice on having a degree or skills recognised",
    },
    "time": {
        "weekday-days": "Weekdays in the daytime",
        "weekday-evenings": "Weekday evenings",
        "weekends": "Weekends",
    },
    "way": {
        "training": "I come to the mentor training",
        "self-study": "I study the basics on my own, then talk with staff",
        "none": "I do not know yet",
    },
    "goal": {
        "cv": "CV",
        "application": "Job application",
        "culture": "Finnish culture",
        "labour-market": "Labour market",
        "network": "Networks",
        "language": "Language",
        "recognition": "Recognition of a degree or skills",
        "other": "Something else of mine",
    },
    "introduction": {
        "conversation": "A talk",
        "workplace-visit": "A visit to a workplace",
        "event": "At an event",
        "online": "Online",
        "recommendation": "A recommendation",
        "other": "In another way",
    },
    "organisation": {
        "company": "Company",
        "public-sector": "Public sector",
        "association": "Association",
        "education": "Education",
        "other": "Another kind",
    },
    "case": {
        "question": "I have a question",
        "meetings": "Our meetings do not work out",
        "ending": "I would rather end the pair",
        "well-being": "I am worried about how I or we are doing",
        "other": "It is about something else",
    },
    "case-status": {"open": "Staff are on it", "resolved": "Done"},
    "case-outcome": {
        "answered": "Staff have answered.",
        "continues": "The pair goes on.",
        "pair-ended": "The pair has ended.",
    },
    "meeting": {
        "planned": "Not logged yet",
        "held": "You met",
        "missed": "Did not take place",
    },
    # What a page says of what was just done on it.
    "done": {
        "accepted": "You have accepted the proposal.",
        "declined": "You have declined the proposal. Staff go on looking.",
        "signed-up": "You have a seat. We confirm it by mail.",
        "signed-off": "Your seat is free for somebody else now. Thank you for telling.",
        "meeting-planned": "The meeting is planned. We write to both of you.",
        "meeting-moved": "The meeting has been moved. We write to both of you.",
        "meeting-cancelled": "The meeting is cancelled. We write to both of you.",
        "meeting-held": "Logged: you met.",
        "meeting-missed": "Logged: the meeting did not take place.",
        "agreed": "Your agreement is written down. Both of you can change it here.",
        "goal-set": "Your goal is written down.",
        "goal-reached": "The goal is reached. Well done!",
        "exercise-taken": "The exercise is on your list.",
        "exercise-done": "The exercise is done.",
        "introduced": "The introduction is noted.",
        "course-completed": "You have finished the course. Thank you for your time!",
        "case-opened": "Your message has gone to staff. They answer within three working days.",
        "details-changed": "Your details are changed.",
    },
    # What is not right in a field of a form.
    "typed": {
        "not-right": "Check this.",
        "too-long": "This is too long.",
        "name-missing": "Write your name.",
        "not-an-address": "Write an email address, like name@example.org.",
        "languages-missing": "Choose your level in at least one language.",
        "half-a-language": "Choose both the language and your level, or neither.",
        "capacity-missing": "Choose how many mentees you can meet.",
        "eligible-missing": "Confirm that the program is meant for you.",
        "consent-missing": "We need your consent to handle your application.",
        "form-missing": "Choose how you meet.",
        "language-missing": "Choose a language.",
        "level-missing": "Choose a level.",
        "pace-unclear": "Choose how often: the smaller number first.",
        "goal-missing": "Write your goal in a few words.",
        "kind-missing": "Choose what it is about.",
        "exercise-missing": "Choose an exercise.",
        "text-missing": "Write in a few words what it is about.",
        "about-missing": "Choose the pair or program that it is about.",
    },
}


def in_order(kind: str, numbers: Mapping[str, int]) -> dict[str, int]:
    """What there is of each code, in the order of its kind's terms; a code without a term comes last."""
    order = {code: place for place, code in enumerate(TERMS[kind])}
    codes = sorted(
        (code for code, number in numbers.items() if number), key=lambda each: (order.get(each, 99), each)
    )
    return {code: numbers[code] for code in codes}
