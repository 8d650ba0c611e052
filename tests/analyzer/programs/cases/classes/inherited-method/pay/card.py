from pay.base import Till


class Middle(Till):
    pass


class CardTill(Middle):
    prefix = "card"
