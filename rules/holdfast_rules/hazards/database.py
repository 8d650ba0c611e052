"""Databases and caches (302): drivers, ORMs, key-value and vector stores.

`connect` of a driver dials at once and is a hazard with everything done over it; an engine, a pool or a client object
is harmless to make. Classes that receivers are typed by (`psycopg.Connection`, `sqlalchemy.orm.Session`) stand beside
the functions that make them. SQL text built without a connection (`sqlalchemy.select`, `psycopg.sql`) is clean.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import SESSION, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_ORM_SESSION: Final = (*SESSION, "add", "add_all", "expunge", "expunge_all", "bind", "info")
_ENGINE: Final = ("dialect", "url", "name", "driver", "execution_options", "sync_engine", "pool", "echo")
_POOL: Final = ("closed", "name", "min_size", "max_size", "__enter__", "__aenter__", "__exit__", "__aexit__")

_DRIVERS = (
    *connections(Effect.DATABASE, "sqlite3", "connect"),
    *clients(Effect.DATABASE, "sqlite3", "Connection Cursor", harmless=("row_factory", "description", "rowcount")),
    *connections(Effect.DATABASE, "psycopg", "connect Connection.connect AsyncConnection.connect"),
    *clients(
        Effect.DATABASE,
        "psycopg",
        "Connection AsyncConnection Cursor AsyncCursor ServerCursor AsyncServerCursor",
        harmless=("row_factory", "description", "rowcount", "autocommit", "closed", "info"),
    ),
    *clients(
        Effect.DATABASE,
        "psycopg_pool",
        "ConnectionPool AsyncConnectionPool NullConnectionPool AsyncNullConnectionPool",
        harmless=_POOL,
    ),
    *connections(Effect.DATABASE, "psycopg2", "connect"),
    *clients(
        Effect.DATABASE, "psycopg2", "pool.SimpleConnectionPool pool.ThreadedConnectionPool extensions.connection"
    ),
    *connections(Effect.DATABASE, "asyncpg", "connect create_pool"),
    *clients(Effect.DATABASE, "asyncpg", "Connection Pool connection.Connection pool.Pool"),
    *connections(Effect.DATABASE, "aiosqlite", "connect"),
    *clients(Effect.DATABASE, "aiosqlite", "Connection Cursor"),
    *connections(Effect.DATABASE, "aiopg", "connect create_pool"),
    *connections(
        Effect.DATABASE,
        "",
        "pymysql.connect pymysql.Connect mysql.connector.connect MySQLdb.connect pymssql.connect pyodbc.connect"
        " aioodbc.connect oracledb.connect oracledb.connect_async cx_Oracle.connect duckdb.connect aiomysql.connect"
        " aiomysql.create_pool asyncmy.connect ibm_db.connect vertica_python.connect trino.dbapi.connect"
        " pyathena.connect redshift_connector.connect snowflake.connector.connect databricks.sql.connect"
        " pg8000.connect pg8000.dbapi.connect firebird.driver.connect teradatasql.connect libsql.connect",
    ),
    *calls(Effect.DATABASE, "duckdb", "sql query execute read_csv read_parquet read_json"),
    *clients(Effect.DATABASE, "clickhouse_connect", "get_client get_async_client"),
    *clients(Effect.DATABASE, "clickhouse_driver", "Client"),
)

_SQLALCHEMY = (
    *clients(
        Effect.DATABASE,
        "sqlalchemy",
        "create_engine engine_from_config engine.create_engine engine.Engine engine.Connection Engine Connection"
        " ext.asyncio.create_async_engine ext.asyncio.AsyncEngine ext.asyncio.AsyncConnection",
        harmless=_ENGINE,
    ),
    *clients(
        Effect.DATABASE,
        "sqlalchemy",
        "orm.Session orm.scoped_session ext.asyncio.AsyncSession ext.asyncio.async_scoped_session"
        " orm.sessionmaker ext.asyncio.async_sessionmaker orm.Query",
        harmless=(*_ORM_SESSION, "configure", "__call__"),
    ),
    *clients(
        Effect.DATABASE,
        "sqlalchemy",
        "orm.sessionmaker.__call__ orm.scoped_session.__call__ ext.asyncio.async_sessionmaker.__call__",
        harmless=_ORM_SESSION,
    ),
    *calls(Effect.DATABASE, "sqlalchemy", "MetaData.create_all MetaData.drop_all MetaData.reflect"),
    *clients(Effect.DATABASE, "", "sqlmodel.create_engine", harmless=_ENGINE),
    *clients(Effect.DATABASE, "", "sqlmodel.Session sqlmodel.ext.asyncio.session.AsyncSession", harmless=_ORM_SESSION),
    *connections(Effect.DATABASE, "alembic.command", "upgrade downgrade revision stamp current"),
)

_ORMS = (
    *clients(Effect.DATABASE, "django.db", "connection connections"),
    *calls(Effect.DATABASE, "django.db", "connection.* transaction.atomic transaction.on_commit transaction.commit"),
    *clients(Effect.DATABASE, "django.db.models", "Manager QuerySet", harmless=("model", "query", "db")),
    *calls(Effect.DATABASE, "django.db.models", "Model.objects.* Manager.raw"),
    *calls(
        Effect.DATABASE, "django.db.models", "Model.save Model.delete Model.refresh_from_db Model.asave Model.adelete"
    ),
    *calls(Effect.DATABASE, "django.shortcuts", "get_object_or_404 get_list_or_404"),
    *calls(Effect.DATABASE, "django.core.cache", "cache.*"),
    *clients(Effect.DATABASE, "peewee", "Database SqliteDatabase PostgresqlDatabase MySQLDatabase"),
    *calls(
        Effect.DATABASE,
        "peewee.Model",
        "create get get_or_none get_or_create get_by_id save delete_instance insert_many bulk_create create_table",
    ),
    *calls(Effect.DATABASE, "tortoise", "Tortoise.init Tortoise.generate_schemas Tortoise.close_connections"),
    *calls(
        Effect.DATABASE,
        "tortoise.models.Model",
        "create bulk_create get get_or_create get_or_none update_or_create all filter exclude first exists in_bulk save"
        " delete fetch_related refresh_from_db raw",
    ),
    *clients(Effect.DATABASE, "tortoise.queryset", "QuerySet"),
    *calls(Effect.DATABASE, "tortoise.transactions", "in_transaction atomic"),
    *calls(Effect.DATABASE, "beanie", "init_beanie"),
    *calls(
        Effect.DATABASE,
        "beanie.Document",
        "insert create save replace delete find find_one find_all get update set insert_one insert_many count aggregate",
    ),
    *calls(Effect.DATABASE, "mongoengine", "connect Document.save Document.delete Document.update Document.reload"),
    *calls(Effect.DATABASE, "mongoengine", "Document.objects Document.objects.*"),
    *clients(
        Effect.DATABASE, "", "databases.Database prisma.Prisma piccolo.engine.PostgresEngine edgedb.create_client"
    ),
    *clients(Effect.DATABASE, "", "gel.create_client supabase.create_client supabase.acreate_client supabase.Client"),
    *clients(Effect.DATABASE, "postgrest", "SyncPostgrestClient AsyncPostgrestClient"),
)

_STORES = (
    *clients(Effect.DATABASE, "pymongo", "MongoClient AsyncMongoClient mongo_client.MongoClient", harmless=SESSION),
    *clients(Effect.DATABASE, "pymongo", "database.Database collection.Collection", harmless=("name", "database")),
    *clients(
        Effect.DATABASE,
        "motor.motor_asyncio",
        "AsyncIOMotorClient AsyncIOMotorDatabase AsyncIOMotorCollection",
        harmless=SESSION,
    ),
    *clients(
        Effect.DATABASE,
        "redis",
        "Redis StrictRedis Redis.from_url from_url RedisCluster Sentinel asyncio.Redis asyncio.Redis.from_url"
        " asyncio.from_url asyncio.StrictRedis asyncio.RedisCluster asyncio.Sentinel",
        harmless=(*SESSION, "connection_pool", "register_script"),
    ),
    *clients(
        Effect.DATABASE, "", "valkey.Valkey valkey.from_url valkey.asyncio.Valkey coredis.Redis", harmless=SESSION
    ),
    *connections(Effect.DATABASE, "aioredis", "from_url create_redis create_redis_pool"),
    *clients(
        Effect.DATABASE, "", "upstash_redis.Redis upstash_redis.asyncio.Redis fakeredis.FakeRedis", harmless=SESSION
    ),
    *clients(Effect.DATABASE, "", "aiomcache.Client pymemcache.client.base.Client pymemcache.Client pylibmc.Client"),
    *clients(Effect.DATABASE, "elasticsearch", "Elasticsearch AsyncElasticsearch", harmless=(*SESSION, "options")),
    *calls(Effect.DATABASE, "elasticsearch.helpers", "bulk async_bulk scan async_scan streaming_bulk parallel_bulk"),
    *clients(Effect.DATABASE, "opensearchpy", "OpenSearch AsyncOpenSearch", harmless=SESSION),
    *clients(Effect.DATABASE, "cassandra.cluster", "Cluster"),
    *clients(
        Effect.DATABASE, "neo4j", "GraphDatabase.driver AsyncGraphDatabase.driver Driver Session", harmless=SESSION
    ),
    *clients(Effect.DATABASE, "", "influxdb_client.InfluxDBClient influxdb_client_3.InfluxDBClient3", harmless=SESSION),
    *clients(Effect.DATABASE, "", "arango.ArangoClient couchdb.Server meilisearch.Client typesense.Client"),
    *clients(Effect.DATABASE, "", "algoliasearch.search_client.SearchClient.create firebase_admin.firestore.client"),
    *connections(Effect.DATABASE, "", "lmdb.open plyvel.DB rocksdict.Rdict tinydb.TinyDB"),
)

_VECTORS = (
    *clients(Effect.DATABASE, "pinecone", "Pinecone PineconeAsyncio Index"),
    *connections(
        Effect.DATABASE,
        "weaviate",
        "connect_to_local connect_to_weaviate_cloud connect_to_wcs connect_to_custom use_async_with_local",
    ),
    *clients(Effect.DATABASE, "weaviate", "Client WeaviateClient"),
    *clients(Effect.DATABASE, "qdrant_client", "QdrantClient AsyncQdrantClient", harmless=SESSION),
    *clients(Effect.DATABASE, "chromadb", "Client PersistentClient HttpClient AsyncHttpClient EphemeralClient"),
    *connections(Effect.DATABASE, "lancedb", "connect connect_async"),
    *clients(Effect.DATABASE, "pymilvus", "MilvusClient Collection"),
    *connections(Effect.DATABASE, "pymilvus", "connections.connect"),
)

_FRAMES = (
    *calls(
        Effect.DATABASE, "pandas", "read_sql read_sql_query read_sql_table read_gbq DataFrame.to_sql DataFrame.to_gbq"
    ),
    *calls(Effect.DATABASE, "polars", "read_database read_database_uri DataFrame.write_database"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_DRIVERS, *_SQLALCHEMY, *_ORMS, *_STORES, *_VECTORS, *_FRAMES)
