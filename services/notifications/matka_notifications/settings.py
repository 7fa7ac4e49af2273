"""What notifications is told by its environment."""

from pydantic import Field, SecretStr

from matka_kit.settings import ServiceSettings


class NotificationsSettings(ServiceSettings):
    """`smtp_url` is `smtp://host:port`, `smtps://…` or `smtp+starttls://user:password@host:port`.

    `public_url` is where people reach Matka; links in letters are built from it alone. `senders` is how many
    letters are on their way at once. `organisation` is who runs the programs, `contact` the address under
    which they are reached: letters end with both, and answers go there. `default_timezone` is for times of a
    program that is not known yet.
    `mail_patience` is how many seconds the mail server has for its answer to a whole mail, and how long we
    wait after a refusal; a claim lasts three times as long. RFC 5321 grants the server ten minutes, who waits
    a short time sends duplicates, and servers that greylist want to see a sender no sooner than after five
    minutes: fewer are for rehearsals.
    """

    smtp_url: SecretStr
    public_url: str = Field(pattern=r"^https?://[^\s]+[^/]$")
    sender_name: str = "Matka"
    sender_address: str = "matka@example.org"
    organisation: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=254, pattern=r"^([^\s@<>\"]+@[^\s@<>\"]+)?$")
    default_language: str = "en"
    default_timezone: str = "Europe/Helsinki"
    senders: int = Field(default=4, ge=1, le=50)
    mail_patience: int = Field(default=300, ge=1)
