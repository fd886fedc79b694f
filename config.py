"""Settings: the only reader of the environment. All faults are reported at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ConfigError(Exception):
    """Settings that cannot be used; the message names each one and what to do."""


class Settings(BaseSettings):
    """Everything an operator may set, as ``ZHIHUI_<NAME>`` in the environment or in ``.env``."""

    model_config = SettingsConfigDict(env_prefix="ZHIHUI_", env_file=".env", extra="ignore")

    data: Path = Field(Path("data"), description="folder that holds all state")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(
        "", description="address citizens reach, e.g. https://rc.example.gov.cn"
    )
    wechat_token: str = Field("", description="Token as set in the WeChat console")
    wechat_appid: str = Field("", description="AppID; needed for safe mode")
    wechat_secret: SecretStr = Field(SecretStr(""), description="AppSecret")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey, 43 characters")
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="base of WeChat's API")
    workers: int = Field(1, ge=1, le=32, description="processes that answer messages")
    messages_per_minute: int = Field(
        30, ge=1, le=1000, description="messages of one person answered in a minute"
    )
    reception: Path | None = Field(
        None, description="JSON file with topics, QR scenes, halls, menu; empty: the one shipped"
    )
    office_hours: str = Field(
        "", description="when people answer, e.g. 1-5 09:00-12:00 13:30-17:30"
    )
    staffed: bool | None = Field(
        None,
        description="staff answer hand-offs at the desk, else only the number is given; empty: "
        "as soon as somebody has an account as staff",
    )
    second_person: bool = Field(
        False, description="publishing a policy needs the approval of another admin"
    )
    keep_days: int = Field(180, ge=1, description="days until what was said is erased")
    rehearse_delay_s: float = Field(
        0.0, ge=0, le=100, description="seconds every answer is delayed, for rehearsals and tests"
    )
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite below the data folder")
    chroma_url: str = Field("", description="http://host:port of a Chroma server; empty: embedded")
    embedding_model: str = Field(
        "", description="any SentenceTransformer model; empty: the bundled"
    )
    city: str = Field("", description="the city served, e.g. 临江市; empty: 本市")
    hotline: str = Field("12345", description="telephone number given when a person should answer")
    office: str = Field("人才服务中心", description="the office's name in replies")
    today: date | None = Field(None, description="a fixed date, for demonstrations and tests")
    try_page: bool | None = Field(
        None, description="show /try; default: only while no WeChat AppID is set"
    )
    samples: bool = Field(True, description="take in samples/ when the knowledge base is empty")

    @field_validator("public_url", "wechat_api_base", "chroma_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("staffed", mode="before")
    @classmethod
    def _said_or_not(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("data")
    @classmethod
    def _a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{value} is a file, a folder is needed")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: str) -> str:
        # full text is built for SQLite so far; another engine would fail at the first question
        if value and not value.startswith("sqlite:///"):
            raise ValueError("only sqlite:///PATH is supported yet; leave it empty for the default")
        return value

    @field_validator("wechat_aes_key")
    @classmethod
    def _key_length(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and len(key) != 43:
            raise ValueError(f"an EncodingAESKey has 43 characters, this one {len(key)}")
        return value

    @model_validator(mode="after")
    def _safe_mode_is_complete(self) -> Settings:
        if self.wechat_aes_key.get_secret_value() and not (self.wechat_appid and self.wechat_token):
            raise ValueError(
                "ZHIHUI_WECHAT_AES_KEY needs ZHIHUI_WECHAT_APPID and ZHIHUI_WECHAT_TOKEN beside it"
            )
        if self.try_page and self.wechat_appid and not self.wechat_aes_key.get_secret_value():
            # a plain-mode signature covers no text: /try would sign for anybody's openid
            raise ValueError(
                "ZHIHUI_TRY_PAGE beside a real account needs safe mode: set ZHIHUI_WECHAT_AES_KEY"
            )
        return self

    @property
    def sql_url(self) -> str:
        """The database's URL, SQLite below the data folder by default."""
        return self.database_url or f"sqlite:///{self.data / 'zhihui.db'}"

    @property
    def shows_try_page(self) -> bool:
        """The simulator is open while no real account is connected, unless asked for."""
        return self.try_page if self.try_page is not None else not self.wechat_appid


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Args:
        overrides: values of command-line options; None means not given.

    Raises:
        ConfigError: naming every setting that cannot be used.
    """
    given = {k: v for k, v in overrides.items() if v is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = []
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"]).upper()
            faults.append(f"  ZHIHUI_{name}: {fault['msg']}" if name else f"  {fault['msg']}")
        raise ConfigError("settings that cannot be used:\n" + "\n".join(faults)) from None
