"""Naming a collection asks nothing; what is done with it does."""

from pymongo import MongoClient

from holdfast import step, workflow

client = MongoClient("mongodb://localhost")
orders = client["shop"]["orders"]


@step
def found(id: str) -> object:
    return orders.find_one({"id": id})


@workflow
def by_module(id: str) -> object:
    return orders.find_one({"id": id})  # finds DUR302


@workflow
def by_attribute(id: str) -> object:
    return client.shop["orders"].find_one({"id": id})  # finds DUR302


@workflow
def by_step(id: str) -> object:
    return found(id)


@workflow
def named_only() -> str:
    client["shop"]
    return "orders"
