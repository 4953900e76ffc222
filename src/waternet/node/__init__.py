"""One party's node: the only place that ties the rooms together."""
