"""The other engines, one module each, with a `prepare(workload)`."""
