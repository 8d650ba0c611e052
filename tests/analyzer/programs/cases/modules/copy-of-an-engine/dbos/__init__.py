from ._dbos import DBOS as DBOS
