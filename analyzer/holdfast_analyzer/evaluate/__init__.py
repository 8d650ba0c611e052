"""The abstract interpreter: runs workflow code on abstract values, along every call.

`evaluator` is the table of operations; each is done in the module that it names:

    what there is      `values` (abstract values and taint), `heap` (what containers and instances hold),
                       `frame` (the state of one body), `summary` (what one body was found to do)
    following code     `statements`, `exceptions`, `blocks`, `expressions`, `names`, `members`, `items`, `annotations`,
                       `branches`, `narrowing`
    changes in place   `mutation`, `effects` (what a function changes of its callers' objects)
    definitions        `classes`, `closures` (functions as their decorators leave them), `construct`
    calls              `calling` → `invoke` (followed functions, once a kind of arguments: `kinds`), `external_calls` →
                       `builtin_functions`, `builtin_methods`, `special_functions`, `special_methods`, `knowledge`, `inference`
    what it looks for  `hazard_use` (the catalogue), `order` (rule 201), `concurrency` (rule 203), `sql` (rule 701), `reading`
                       (what others change, 405), `durable` (the engine's API), `boundary` (what crosses that of a step)
"""
