"""Making a session is harmless, using it is not."""

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

Session = sessionmaker(bind=create_engine("sqlite://"))
AsyncSession = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"))
