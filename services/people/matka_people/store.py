"""Where persons and sign-in requests are kept, and the keys that they are found by."""

from datetime import datetime

from matka_kit.shape import Shape
from matka_kit.store import Collection
from matka_people.domain.person import EmailTaken, Person
from matka_people.domain.sign_in import SignIn, SignInAskedAgain

PERSONS = Collection("persons", {"email_slot": str}, unique=(("email_slot",),))
PERSON_SHAPE = Shape(
    PERSONS,
    Person,
    indexed=lambda person: {"email_slot": person.email_slot},
    broken={("email_slot",): EmailTaken},
)

# `requested_at` alone finds what is so old that it is deleted.
SIGN_INS = Collection(
    "sign_ins",
    {"desk": str, "after": str, "requested_at": datetime},
    indexes=(("desk", "requested_at"), ("requested_at",)),
    unique=(("desk", "after"),),
)
SIGN_IN_SHAPE = Shape(SIGN_INS, SignIn, broken={("desk", "after"): SignInAskedAgain})

COLLECTIONS = (PERSONS, SIGN_INS)
