"""The library over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from matka_kit.http import CallerOf
from matka_learning.api.access import LearningDeps
from matka_learning.library import FALLBACK, Part, Shelved, Words

router = APIRouter()

Language = Annotated[str, Query(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class ThemeAnswer(BaseModel):
    """What exercises, literature and courses are sorted by."""

    id: str
    title: str
    text: str


class ExerciseAnswer(BaseModel):
    """Something to do alone or together; `minutes` is about how long it takes."""

    id: str
    theme: str
    minutes: int
    title: str
    text: str
    steps: list[str]

    @classmethod
    def of(cls, id: str, thing: Shelved, words: Words) -> "ExerciseAnswer":
        return cls(
            id=id,
            theme=thing.theme,
            minutes=thing.minutes,
            title=words.title,
            text=words.text,
            steps=list(words.steps),
        )


class LiteratureAnswer(BaseModel):
    """Something to read, at `url`."""

    id: str
    theme: str
    url: str
    title: str
    text: str


class CourseAnswer(BaseModel):
    """A self-study course with its parts."""

    id: str
    theme: str
    minutes: int
    title: str
    text: str
    parts: list[Part]


class LibraryAnswer(BaseModel):
    """The whole library in one language, in the order of its shelf."""

    language: str
    themes: list[ThemeAnswer]
    exercises: list[ExerciseAnswer]
    literature: list[LiteratureAnswer]
    courses: list[CourseAnswer]


@router.get("/library")
async def whole(_: CallerOf, deps: LearningDeps, language: Language = FALLBACK) -> LibraryAnswer:
    shelf, answered = deps.library.shelf, deps.library.language_for(language)
    texts = deps.library.texts[answered]
    return LibraryAnswer(
        language=answered,
        themes=[
            ThemeAnswer(id=id, title=texts.themes[id].title, text=texts.themes[id].text)
            for id in shelf.themes
        ],
        exercises=[
            ExerciseAnswer.of(id, thing, texts.exercises[id]) for id, thing in shelf.exercises.items()
        ],
        literature=[
            LiteratureAnswer(
                id=id,
                theme=thing.theme,
                url=thing.url,
                title=texts.literature[id].title,
                text=texts.literature[id].text,
            )
            for id, thing in shelf.literature.items()
        ],
        courses=[
            CourseAnswer(
                id=id,
                theme=thing.theme,
                minutes=thing.minutes,
                title=texts.courses[id].title,
                text=texts.courses[id].text,
                parts=list(texts.courses[id].parts),
            )
            for id, thing in shelf.courses.items()
        ],
    )
