"""Memory that lives with the process (406): caches filled by one run and read by the next, context variables.

A context variable is one where it is read: what a run sets itself, a replay sets again. A cached function is a hazard
when a workflow calls it, so the names are those of the decorators. Caches kept in files or servers are in `data_files` and
`database`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls, clients
from holdfast_rules.hazards.hazard import Hazard

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.MEMOISED, "functools", "lru_cache cache cached_property"),
    *calls(Effect.MEMOISED, "contextvars", "ContextVar.get"),
    *calls(Effect.MEMOISED, "cachetools", "cached cachedmethod"),
    *clients(Effect.MEMOISED, "cachetools", "TTLCache LRUCache LFUCache TLRUCache FIFOCache RRCache Cache"),
    *calls(Effect.MEMOISED, "cachetools.func", "lru_cache ttl_cache lfu_cache rr_cache"),
    *calls(Effect.MEMOISED, "", "async_lru.alru_cache methodtools.lru_cache aiocache.cached aiocache.multi_cached"),
    *clients(Effect.MEMOISED, "", "aiocache.Cache aiocache.SimpleMemoryCache flask_caching.Cache"),
    *calls(Effect.MEMOISED, "", "toolz.memoize toolz.functoolz.memoize"),
    *calls(Effect.MEMOISED, "", "django.utils.functional.cached_property werkzeug.utils.cached_property"),
    *calls(Effect.MEMOISED, "", "cached_property.cached_property streamlit.cache_data streamlit.cache_resource"),
    *clients(Effect.MEMOISED, "asgiref.local", "Local"),
)
