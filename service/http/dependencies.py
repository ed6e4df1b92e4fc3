"""What every route may ask for."""

from typing import Annotated

from fastapi import Depends, Request

from service.assistant import Assistant
from service.conversations.store import LOCAL_USER, Conversations
from service.settings import Settings
from service.workspace import Workspace


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.app.state.assistant
    return assistant


def _kept(request: Request) -> Conversations:
    conversations: Conversations = request.app.state.conversations
    return conversations


def _owner() -> str:
    """One local user until there are accounts."""
    return LOCAL_USER


Shared = Annotated[Workspace, Depends(_workspace)]
Asked = Annotated[Assistant, Depends(_assistant)]
Configured = Annotated[Settings, Depends(_settings)]
Kept = Annotated[Conversations, Depends(_kept)]
Owner = Annotated[str, Depends(_owner)]
