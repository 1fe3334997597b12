"""What AWS publishes about itself, as data: its managed policies, services, actions and condition keys.

Two gzipped text files lie beside these modules, written by ``python -m policies_app.engine.catalog.build``.
`datafile` says how they are laid out; their first line names where the facts come from.
"""
