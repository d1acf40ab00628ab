"""Has moto do once what it does anew for each request; Python loads this before anything else.

With each event that goes to a rule with an input transformer moto builds the parser of JSONPath again, which was more than half
of its work in the tests of alerts; and to find a request's service it lists its own folder.
"""

from functools import lru_cache

try:
    import jsonpath_ng.ext
    from moto import backends
except ImportError:
    pass  # another Python: it has no moto, and what is told of that is not told here
else:
    jsonpath_ng.ext.parse = lru_cache(maxsize=None)(jsonpath_ng.ext.parse)
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
