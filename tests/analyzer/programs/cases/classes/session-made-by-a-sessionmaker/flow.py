from database import AsyncSession, Session

from holdfast import workflow


@workflow
def plainly() -> None:
    session = Session()
    session.execute("UPDATE stock SET n = n - 1")  # finds DUR302


@workflow
def entered() -> None:
    with Session() as session:
        session.execute("UPDATE stock SET n = n - 1")  # finds DUR302


@workflow
async def waiting() -> None:
    async with AsyncSession() as session:
        await session.commit()  # finds DUR302


@workflow
def unused() -> None:
    Session()
