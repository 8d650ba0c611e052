"""What is joined with `|` to a model asks the model."""

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

from holdfast import step, workflow

chain = ChatPromptTemplate.from_template("{text}") | ChatOpenAI() | StrOutputParser()


@step
def asked(text: str) -> str:
    return chain.invoke({"text": text})


@workflow
def outside_a_step(text: str) -> str:
    return chain.invoke({"text": text})  # finds DUR303


@workflow
def in_a_step(text: str) -> str:
    return asked(text)


@workflow
def only_the_prompt(text: str) -> str:
    return asked(ChatPromptTemplate.from_template("{text}").format(text=text))
